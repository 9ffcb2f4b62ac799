"""Rise and decay of the units of one expression, with lags between the units.

Timing of micro-expressions: Yan, Wu, Liang, Chen and Fu, "How fast are the leaked facial expressions", 2013
(onset to offset up to 0.5 s, rise shorter than decay). The lags between units are ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

ONSET_SHARE, PLATEAU_SHARE = (0.30, 0.42), (0.06, 0.14)
"""Shares of the duration of an expression: rise, and time at the peak. The rest is decay, longer than the
rise."""

LATE, EARLY = 0.3, 0.3
"""A unit starts up to this share of the rise after the first unit and ends up to this share of the decay
before the last, drawn uniformly; one unit defines the onset and one the offset."""


@dataclass(frozen=True)
class Dynamics:
    """Levels of the units of one expression over time, in s from the onset.

    rise_s: onset to peak. plateau_s: time at the peak, common to all units. decay_s: peak to offset. late,
    early: for each unit, the share of the rise before it starts to move, and of the decay after it has come
    to rest.
    """

    rise_s: float
    plateau_s: float
    decay_s: float
    late: tuple[float, ...]
    early: tuple[float, ...]

    @property
    def duration_s(self) -> float:
        """Time from onset to offset."""
        return self.rise_s + self.plateau_s + self.decay_s

    @property
    def apex_s(self) -> float:
        """Time from the onset to the middle of the peak."""
        return self.rise_s + self.plateau_s / 2

    def levels(self, time_s: ArrayLike) -> NDArray[np.float64]:
        """(...) times -> (..., U) level of each unit: 0 at rest, 1 at the peak, smooth between."""
        time = np.asarray(time_s, np.float64)[..., None]
        late, early = np.asarray(self.late), np.asarray(self.early)
        up = (time - late * self.rise_s) / ((1 - late) * self.rise_s)
        down = (self.duration_s - early * self.decay_s - time) / ((1 - early) * self.decay_s)
        return np.asarray(ease(np.minimum(up, down)))


def draw_dynamics(duration_s: float, n_units: int, rng: np.random.Generator) -> Dynamics:
    """Random dynamics of an expression with this duration."""
    rise, plateau = duration_s * rng.uniform(*ONSET_SHARE), duration_s * rng.uniform(*PLATEAU_SHARE)
    return Dynamics(
        rise_s=float(rise),
        plateau_s=float(plateau),
        decay_s=float(duration_s - rise - plateau),
        late=_lags(LATE, n_units, rng),
        early=_lags(EARLY, n_units, rng),
    )


def ease(t: ArrayLike) -> NDArray[np.float64]:
    """0 below 0, 1 above 1, smooth between with zero slope at both ends."""
    s = np.clip(t, 0.0, 1.0)
    return np.asarray(s * s * (3 - 2 * s))


def _lags(most: float, n_units: int, rng: np.random.Generator) -> tuple[float, ...]:
    lags = rng.uniform(0, most, n_units)
    first = int(rng.integers(n_units))
    return tuple(0.0 if k == first else float(lag) for k, lag in enumerate(lags))
