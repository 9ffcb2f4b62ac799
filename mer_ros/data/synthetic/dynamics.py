"""How the units of one expression rise to their peak and fall again: not quite together.

Timing of micro-expressions: Yan, Wu, Liang, Chen and Fu, "How fast are the leaked facial expressions", 2013
(onset to offset up to 0.5 s, rise shorter than decay). The lags between units are ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

ONSET_SHARE, PLATEAU_SHARE = (0.30, 0.42), (0.06, 0.14)
"""Of an expression's duration: rise, and time at the peak. The rest is decay, longer than the rise."""

LATE, EARLY = 0.3, 0.3
"""A unit starts up to this share of the rise after the first, and ends up to this share of the decay before
the last, uniform; one unit defines the onset, one the offset."""


@dataclass(frozen=True)
class Dynamics:
    """The course of one expression, in seconds from its onset.

    rise_s: onset to peak. plateau_s: time at the peak, which all units share. decay_s: peak to offset.
    late, early: for each unit the share of the rise that passes before it moves, and of the decay after it
    rests.
    """

    rise_s: float
    plateau_s: float
    decay_s: float
    late: tuple[float, ...]
    early: tuple[float, ...]

    @property
    def duration_s(self) -> float:
        """Onset to offset."""
        return self.rise_s + self.plateau_s + self.decay_s

    @property
    def apex_s(self) -> float:
        """The middle of the peak."""
        return self.rise_s + self.plateau_s / 2

    def levels(self, time_s: ArrayLike) -> NDArray[np.float64]:
        """(..., U) level of each unit at (...) times: 0 at rest, 1 at the peak, smooth between."""
        time = np.asarray(time_s, np.float64)[..., None]
        late, early = np.asarray(self.late), np.asarray(self.early)
        up = (time - late * self.rise_s) / ((1 - late) * self.rise_s)
        down = (self.duration_s - early * self.decay_s - time) / ((1 - early) * self.decay_s)
        return np.asarray(ease(np.minimum(up, down)))


def draw_dynamics(duration_s: float, n_units: int, rng: np.random.Generator) -> Dynamics:
    """The course of an expression of this duration."""
    rise, plateau = duration_s * rng.uniform(*ONSET_SHARE), duration_s * rng.uniform(*PLATEAU_SHARE)
    return Dynamics(
        rise_s=float(rise),
        plateau_s=float(plateau),
        decay_s=float(duration_s - rise - plateau),
        late=_lags(LATE, n_units, rng),
        early=_lags(EARLY, n_units, rng),
    )


def ease(t: ArrayLike) -> NDArray[np.float64]:
    """0 below 0, 1 above 1, smooth between, with no speed at both ends."""
    s = np.clip(t, 0.0, 1.0)
    return np.asarray(s * s * (3 - 2 * s))


def _lags(most: float, n_units: int, rng: np.random.Generator) -> tuple[float, ...]:
    lags = rng.uniform(0, most, n_units)
    first = int(rng.integers(n_units))
    return tuple(0.0 if k == first else float(lag) for k, lag in enumerate(lags))
