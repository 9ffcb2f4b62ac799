"""Detection of quiet moments, whose frames may be averaged into the reference of a face.

A face is quiet while no step of its movement over 80 ms is much larger than usual. The usual step follows the
median of the steps: it grows by a factor of e per second while steps are larger and shrinks at the same rate
while they are smaller. The method is our own.
"""

from __future__ import annotations

import numpy as np

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.time_series import TimeSeriesBuffer
from mer_ros.spotting.transients import largest_motion

_STEP_S = 0.08
_STILL_S = 0.2  # a face is quiet from this time after the last large step
_MIN_LARGE_STEP = 1.5e-3  # interocular distances: smaller steps never count as large
_LARGE_STEP_FACTOR = 3.5  # a step larger than the usual one by this factor counts as large
_INITIAL_USUAL_STEP = 1e-3  # interocular distances
_MAX_ADAPTATION_S = 0.1  # the usual step adapts by this much time per frame at most
_MEAN_POSITION_S = 0.5  # ``motion`` is measured from the mean position over this time


class QuietDetector:
    """Decides for each frame of one face whether the face is quiet.

    motions: (G,) float32, distance of each region from its mean position over the last 0.5 s, interocular
    distances.
    """

    def __init__(self) -> None:
        self._usual_step = _INITIAL_USUAL_STEP
        self.reset()

    def reset(self) -> None:
        """Forget all movement; the usual step is kept."""
        self.motions = np.zeros(len(MOTION_GROUPS), np.float32)
        self._last_large_step_s = -np.inf
        self._last_quiet_s = 0.0

    def measure(self, movement: TimeSeriesBuffer, now_s: float, frame_step_s: float) -> None:
        """Process the frame at ``now_s``, the last one of ``movement``."""
        newest = movement.values[-1]
        step = largest_motion(newest - movement.values[movement.index_at(now_s - _STEP_S)])
        growth = min(frame_step_s, _MAX_ADAPTATION_S) * np.sign(step - self._usual_step)
        self._usual_step *= float(np.exp(growth))
        if step > max(_MIN_LARGE_STEP, _LARGE_STEP_FACTOR * self._usual_step):
            self._last_large_step_s = now_s
        mean = movement.mean(movement.index_at(now_s - _MEAN_POSITION_S), len(movement))
        away = newest - mean
        self.motions = np.hypot(away[::2], away[1::2])

    @property
    def motion(self) -> float:
        """Largest of ``motions``."""
        return float(self.motions.max())

    def is_still(self, now_s: float, last_blink_s: float) -> bool:
        """Whether neither a large step nor a blink has occurred for 0.2 s."""
        return now_s - max(self._last_large_step_s, last_blink_s) > _STILL_S

    def note_quiet(self, now_s: float) -> None:
        """Record that the face is quiet now."""
        self._last_quiet_s = now_s

    def unrest_s(self, now_s: float) -> float:
        """Time since the face was last quiet."""
        return now_s - self._last_quiet_s
