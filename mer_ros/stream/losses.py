"""Frames that never arrived, counted by the stamps of those that did."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mer_ros.stream.period import period_of

MIN_STEPS = 8
"""Fewer steps between frames tell no period."""


def lost_frames(stamps_ns: Sequence[int]) -> int:
    """How many frames are missing between the first and the last, 0 where no period can be told.

    stamps_ns: in order of arrival. Steps back (a bag that loops) and repeated stamps are left out.
    """
    steps_s = np.diff(np.asarray(stamps_ns, np.int64)) * 1e-9
    steps_s = steps_s[steps_s > 0]
    if len(steps_s) < MIN_STEPS:
        return 0
    periods = steps_s / period_of(steps_s)
    in_gaps = (periods[periods > 1.5].round() - 1).sum()
    # Stamps that are taken on arrival bunch: a long step is then made up by short ones, and nothing is lost.
    in_all = round(periods.sum()) - len(periods)
    return max(0, int(min(in_gaps, in_all)))
