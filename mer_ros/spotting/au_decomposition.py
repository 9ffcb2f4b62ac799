"""What a movement is made of: action units, in the measure in which chance movements are all alike.

With W = S^-1 of the chance movements, the movement x is written as the sum of the units' patterns with the
non-negative amounts that leave the least (x - D a)' W (x - D a) (Lawson and Hanson, 1974).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from mer_ros.spotting.noise_model import NoiseModel
from mer_ros.spotting.unit_patterns import MOUTH_UNITS, SPEECH_UNITS, SYLLABLE_UNITS, unit_patterns

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class AuDecomposition:
    """Of one movement.

    filter: (2 G,) tells it from chance movements, which it brings to a variance of 1. snr: what the
    movement comes to under it. explained: share of the movement that the units make up, 0..1. mouth: share
    of the units' part that moves the mouth, 0..1. speech: what no unit explains but those that part lips
    and jaw, as a share of snr. unspoken: the same of what no unit explains that takes part in a syllable.
    units: the names, largest first.
    """

    filter: Floats
    snr: float
    explained: float
    mouth: float
    speech: float
    unspoken: float
    units: tuple[str, ...]


def au_decomposition(movement: Floats, chance: NoiseModel) -> AuDecomposition | None:
    """movement: (2 G,). None where no unit is in it."""
    known = unit_patterns()
    whiten = chance.whitening
    shown, seen = known.moved @ whiten.T, whiten @ movement
    amounts, left = nnls(shown.T, seen)
    pattern = whiten.T @ (amounts @ shown)
    length = float(np.linalg.norm(amounts @ shown))
    if length == 0:
        return None

    def missed_by(units: NDArray[np.bool_]) -> float:
        """What the others add to these units, as a share of snr."""
        _, left_by_them = nnls(shown[units].T, seen)
        return float(np.sqrt(max(left_by_them**2 - left**2, 0.0))) / length

    parts = amounts * np.linalg.norm(shown, axis=1)
    whole = float(parts.sum())
    order = [int(i) for i in np.argsort(-parts) if parts[i] > 0]
    return AuDecomposition(
        filter=pattern / length,
        snr=float(movement @ pattern) / length,
        explained=1 - float(left) / float(np.linalg.norm(seen)),
        mouth=float(parts[known.among(MOUTH_UNITS)].sum()) / whole,
        speech=missed_by(~known.among(SPEECH_UNITS)),
        unspoken=missed_by(known.among(SYLLABLE_UNITS)),
        units=tuple(known.names[i] for i in order),
    )
