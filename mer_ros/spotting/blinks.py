"""Blinks: detected at the upper lids and removed from the movement of the regions around the eyes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.time_series import TimeSeriesBuffer
from mer_ros.spotting.transients import SMOOTH_S

_NEAR_EYES = np.repeat(["brow" in name or "cheek" in name for name in MOTION_GROUPS], 2)  # (2 G,)
_LID_REST_S = 0.3  # time constant of the lids' resting position


class BlinkFilter:
    """During a blink, holds the regions near the eyes at the position that they had before it.

    min_lid_motion: lid movement above which the eyes blink, interocular distances. guard_s: how long after a
    blink the regions near the eyes are held. last_blink_s: time of the last frame in which the eyes blinked.
    """

    def __init__(self, min_lid_motion: float, guard_s: float) -> None:
        self._min_lid_motion, self._guard_s = min_lid_motion, guard_s
        self._lid_rest: float | None = None
        self._held: NDArray[np.float32] | None = None
        self.last_blink_s = -np.inf

    @property
    def is_holding(self) -> bool:
        """Whether the regions near the eyes are being held."""
        return self._held is not None

    def apply(
        self,
        now_s: float,
        frame_step_s: float,
        movement: NDArray[np.float32],
        lids: float,
        earlier: TimeSeriesBuffer,
    ) -> NDArray[np.float32]:
        """(2 G,) movement of this frame without the blink.

        movement: (2 G,), interocular distances; lids: downward movement of the upper lids, same unit;
        earlier: the filtered movement of all previous frames.
        """
        if self._lid_rest is None:
            self._lid_rest = lids
        if abs(lids - self._lid_rest) > self._min_lid_motion:
            self.last_blink_s = now_s
        else:
            self._lid_rest += frame_step_s / (frame_step_s + _LID_REST_S) * (lids - self._lid_rest)
        if now_s - self.last_blink_s > self._guard_s:
            self._held = None
            return movement
        if self._held is None:
            first = earlier.index_at(now_s - 3 * SMOOTH_S)
            end = max(earlier.index_at(now_s - SMOOTH_S), first + 1)
            self._held = earlier.mean(first, end) if end <= len(earlier) else movement
        return np.where(_NEAR_EYES, self._held, movement)
