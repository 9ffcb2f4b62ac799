"""Counts the frames that never arrived by the stamps of those that did."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mer_ros.stream.period import estimate_period

_MIN_STEPS = 8  # between stamps, to estimate a period from them


def count_lost_frames(stamps_ns: Sequence[int]) -> int:
    """Number of frames missing between the first and the last stamp; 0 where the period cannot be estimated.

    stamps_ns: nanoseconds, in order of arrival. Steps back (a bag that loops) and repeated stamps are
    ignored.

    Example: the stamps 0, 5, 10, 20, 25, 30, 35, 40, 45 ms give 1.
    """
    steps_s = np.diff(np.asarray(stamps_ns, np.int64)) * 1e-9
    steps_s = steps_s[steps_s > 0]
    if len(steps_s) < _MIN_STEPS:
        return 0
    periods = steps_s / estimate_period(steps_s)
    in_gaps = (periods[periods > 1.5].round() - 1).sum()
    # Stamps set on arrival bunch: short steps then make up for a long one, and nothing is lost.
    in_all = round(periods.sum()) - len(periods)
    return max(0, int(min(in_gaps, in_all)))
