"""Movements of a face drawn as curves, whose times are known, and a spotter that sees them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.measurement import FaceMeasurement
from mer_ros.spotting.spotted import Spotted
from mer_ros.spotting.spotter import Spotter
from mer_ros.spotting.unit_patterns import unit_patterns

Movement = dict[int, NDArray[np.float64]]
"""Group to its movement (dx, dy), interocular distances."""

NAMES = list(MOTION_GROUPS)
CORNERS = [NAMES.index("right lip corner"), NAMES.index("left lip corner")]
CHIN, LOWER_LIP = NAMES.index("chin"), NAMES.index("lower lip")
UPPER_LIDS = [i for i, name in enumerate(NAMES) if "upper lid" in name]
BROWS = [i for i, name in enumerate(NAMES) if "brow" in name]


def transient(t: float, onset: float, apex: float, offset: float) -> float:
    """A movement with cosine ramps from rest to 1 and back."""
    up = 0.5 - 0.5 * np.cos(np.pi * np.clip((t - onset) / (apex - onset), 0, 1))
    down = 0.5 + 0.5 * np.cos(np.pi * np.clip((t - apex) / (offset - apex), 0, 1))
    return float(up * down)


def reports(
    seconds: float,
    fps: float,
    movement: Callable[[float], Movement],
    noise: float = 0.0005,
    lids: Callable[[float], float] = lambda t: 0.0,
    seed: int = 0,
    spotter: Spotter | None = None,
) -> list[tuple[Spotted, float]]:
    """All reports of a spotter that sees movement(t), each with its time."""
    rng = np.random.default_rng(seed)
    spotter = spotter or Spotter()
    found = []
    for i in range(int(seconds * fps)):
        t = i / fps
        groups = rng.normal(0, noise, (len(NAMES), 2)).astype(np.float32)
        groups[UPPER_LIDS, 1] += lids(t)
        for group, vector in movement(t).items():
            groups[group] += vector
        found += [(event, t) for event in spotter.update(int(t * 1e9), FaceMeasurement(groups))]
    return found


def run(*arguments: Any, **options: Any) -> list[tuple[Spotted, float]]:
    """As ``reports``; the final events, each with the time at which it was first reported."""
    found = reports(*arguments, **options)
    first: dict[int, float] = {}
    for event, t in found:
        first.setdefault(event.number, t)
    return [(e, first[e.number]) for e, _ in found if e.is_final]


def unit(name: str, level: float) -> Movement:
    """Movement of an action unit, the group that moves most by ``level``."""
    patterns = unit_patterns()
    moved = patterns.moved[patterns.names.index(name)].reshape(-1, 2)
    return dict(enumerate(level * moved / np.linalg.norm(moved, axis=1).max()))


def smile_level(t: float) -> float:
    """Movement of the lip corners of ``smile``."""
    return 0.0224 * transient(t, 2.0, 2.15, 2.4)


def smile(
    t: float, onset: float = 2.0, apex: float = 2.15, offset: float = 2.4, size: float = 0.0224
) -> Movement:
    """A smile that comes and goes."""
    return unit("AU12", size * transient(t, onset, apex, offset))
