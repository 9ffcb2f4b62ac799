"""Blinks: detected at the upper lids and removed from the movement of the regions around the eyes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.time_series import TimeSeriesBuffer
from mer_ros.spotting.transients import SMOOTH_S

_NAMES = tuple(MOTION_GROUPS)
_NEAR_EYES = np.repeat(["brow" in name or "cheek" in name or "lid" in name for name in _NAMES], 2)  # (2 G,)
_UPPER_LIDS = [2 * _NAMES.index(f"{side} upper lid") + 1 for side in ("right", "left")]  # y, down
_LID_REST_S = 0.3  # time constant of the lids' resting position
_MAX_AWAY_S = 0.8  # lids that are elsewhere for longer have a new resting position
_EDGE_SHARE = 0.3  # of the threshold: a blink begins and ends where the lids are this close to rest
_MAX_CLOSING_S = 0.15  # from the beginning of a blink to its threshold


class BlinkFilter:
    """During a blink, holds the regions near the eyes at the position that they had before it.

    min_lid_motion: downward lid movement above which the eyes blink, interocular distances. guard_s: how long
    after a blink the regions near the eyes are held. last_blink_s: time of the last frame in which the eyes
    blinked.
    """

    def __init__(self, min_lid_motion: float, guard_s: float) -> None:
        self._min_lid_motion, self._guard_s = min_lid_motion, guard_s
        self._lid_rest: float | None = None
        self._at_rest_s = 0.0  # last time at which the lids were at rest
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
        earlier: TimeSeriesBuffer,
    ) -> NDArray[np.float32]:
        """(2 G,) movement of this frame without the blink.

        movement: (2 G,), interocular distances; earlier: the filtered movement of all previous frames, from
        which the beginning of a blink is removed as well.
        """
        lids = float(movement[_UPPER_LIDS].mean())
        if self._lid_rest is None:
            self._lid_rest = lids
        lowered, threshold = lids - self._lid_rest, self._min_lid_motion
        if abs(lowered) <= threshold:
            self._lid_rest += frame_step_s / (frame_step_s + _LID_REST_S) * lowered
        if abs(lowered) <= _EDGE_SHARE * threshold:
            self._at_rest_s = now_s
        elif now_s - self._at_rest_s > _MAX_AWAY_S:
            self._lid_rest = lids  # no blink lasts this long: the gaze has changed
        elif lowered > threshold or (self._held is not None and lowered > 0):
            self.last_blink_s = now_s
        if now_s - self.last_blink_s > self._guard_s:
            self._held = None
            return movement
        if self._held is None:
            began_s = max(self._at_rest_s, now_s - _MAX_CLOSING_S)
            began = earlier.index_at(began_s)
            first = earlier.index_at(began_s - 2 * SMOOTH_S)
            self._held = earlier.mean(first, max(began, first + 1)) if first < len(earlier) else movement
            earlier.overwrite(began, _NEAR_EYES, self._held)
        return np.where(_NEAR_EYES, self._held, movement)
