"""Action units of a movement, in a metric in which chance movements are equally large in all directions.

With W = S^-1, where S is the covariance of chance movements, the movement x is decomposed into the patterns D
of the units with the non-negative amounts a that minimise (x - D a)' W (x - D a).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.motion.au_solver import solve_au_amounts
from mer_ros.spotting.noise_model import NoiseModel
from mer_ros.spotting.unit_patterns import SYLLABLE_UNITS

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class AuDecomposition:
    """Action units of one movement.

    filter: (2 G,) matched filter of the movement; its output for chance movements has a variance of 1. snr:
    its output for this movement. explained_share: share of the movement that the units explain, 0..1.
    expression_share: part that only the units that occur in no syllable explain, as a share of snr. units:
    their names, largest first.
    """

    filter: Floats
    snr: float
    explained_share: float
    expression_share: float
    units: tuple[str, ...]


def au_decomposition(movement: Floats, noise: NoiseModel) -> AuDecomposition | None:
    """Decompose a movement; None if it contains no action unit.

    movement: (2 G,) float64, interocular distances. noise: chance movements in spans of the same length.
    """
    known = noise.patterns
    whitening = noise.whitening
    patterns, target = known.moved @ whitening.T, whitening @ movement
    amounts, residual = solve_au_amounts(patterns, target)
    pattern = whitening.T @ (amounts @ patterns)
    length = float(np.linalg.norm(amounts @ patterns))
    if length == 0:
        return None
    parts = amounts * np.linalg.norm(patterns, axis=1)
    residual_of_syllables = solve_au_amounts(patterns[known.among(SYLLABLE_UNITS)], target).residual
    return AuDecomposition(
        filter=pattern / length,
        snr=float(movement @ pattern) / length,
        explained_share=1 - residual / float(np.linalg.norm(target)),
        expression_share=float(np.sqrt(max(residual_of_syllables**2 - residual**2, 0.0))) / length,
        units=tuple(known.names[i] for i in np.argsort(-parts) if parts[i] > 0),
    )
