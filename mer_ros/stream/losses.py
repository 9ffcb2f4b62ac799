"""Counts lost frames, and measures the frame rate of a camera, from the stamps of the received frames."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mer_ros.stream.period import estimate_period
from mer_ros.stream.stamps import is_pause

_MIN_STEPS = 8  # fewest steps between stamps for an estimate of the period


def count_lost_frames(stamps_ns: Sequence[int]) -> int:
    """Number of frames missing between the first and the last stamp; 0 where the period cannot be estimated.

    During a pause of the camera (``stamps.is_pause``) no frame is missing.

    stamps_ns: (N,) nanoseconds, in order of arrival. Steps back (as of a bag that loops) and repeated stamps
    are ignored.

    Example: a camera of 200 Hz, whose frame at 15 ms is missing.

    >>> count_lost_frames([ms * 1_000_000 for ms in (0, 5, 10, 20, 25, 30, 35, 40, 45)])
    1
    """
    steps_s = _steps_s(stamps_ns)
    if len(steps_s) < _MIN_STEPS:
        return 0
    periods = steps_s / estimate_period(steps_s)
    in_gaps = (periods[periods > 1.5].round() - 1).sum()
    # Stamps set on arrival are bunched: short steps then compensate for a long one, and no frame is lost.
    in_all = round(periods.sum()) - len(periods)
    return max(0, int(min(in_gaps, in_all)))


def rate_from_stamps(stamps_ns: Sequence[int]) -> float:
    """Frame rate of a camera, Hz, whenever its frames arrive; 0 where the period cannot be estimated.

    stamps_ns: as of ``count_lost_frames``.

    Example: a camera of 200 Hz, whose frame at 15 ms is missing.

    >>> round(rate_from_stamps([ms * 1_000_000 for ms in (0, 5, 10, 20, 25, 30, 35, 40, 45)]))
    200
    """
    steps_s = _steps_s(stamps_ns)
    return 1.0 / estimate_period(steps_s) if len(steps_s) >= _MIN_STEPS else 0.0


def _steps_s(stamps_ns: Sequence[int]) -> NDArray[np.float64]:
    """Steps between the stamps without steps back, repeated stamps and pauses, seconds."""
    steps_s = np.diff(np.asarray(stamps_ns, np.int64)) * 1e-9
    steps_s = steps_s[steps_s > 0]
    middle_s = float(np.median(steps_s)) if len(steps_s) else 0.0
    return np.array([step_s for step_s in steps_s if not is_pause(step_s, middle_s)])
