"""Blinks: told by the upper lids, and kept out of the movement of the regions that they drag along."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.time_series import TimeSeriesBuffer
from mer_ros.spotting.transients import SMOOTH_S

_NEAR_EYES = np.repeat(["brow" in name or "cheek" in name for name in MOTION_GROUPS], 2)
_REST_S = 0.3  # time constant of the lids' resting position


class BlinkFilter:
    """While an eye blinks, the regions near the eyes keep the position that they had before.

    blink_motion: movement of the lids that is a blink, interocular distances. guard_s: how long after it the
    regions stay unheard.
    """

    def __init__(self, blink_motion: float, guard_s: float) -> None:
        self._blink_motion, self._guard_s = blink_motion, guard_s
        self._rest: float | None = None
        self._before: NDArray[np.float32] | None = None
        self.blinked_s = -np.inf

    @property
    def blinking(self) -> bool:
        """Whether the regions near the eyes are unheard now."""
        return self._before is not None

    def keep_still(
        self, now_s: float, step_s: float, value: NDArray[np.float32], lids: float, before: TimeSeriesBuffer
    ) -> None:
        """Mend the (2 G,) value of a frame in place. before: the movement until then."""
        if self._rest is None:
            self._rest = lids
        if abs(lids - self._rest) > self._blink_motion:
            self.blinked_s = now_s
        else:
            self._rest += step_s / (step_s + _REST_S) * (lids - self._rest)
        if now_s - self.blinked_s > self._guard_s:
            self._before = None
            return
        if self._before is None:
            first = before.at(now_s - 3 * SMOOTH_S)
            end = max(before.at(now_s - SMOOTH_S), first + 1)
            self._before = before.mean(first, end) if end <= len(before) else value.copy()
        value[_NEAR_EYES] = self._before[_NEAR_EYES]
