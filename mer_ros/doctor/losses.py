"""Frames that never arrived, counted by the stamps of those that did."""

from __future__ import annotations

from collections.abc import Iterable

from mer_ros.frame_times import FrameTimes


def lost_frames(stamps_ns: Iterable[int]) -> int:
    """About how many frames are missing between the first and the last, 0 where no period can be told.

    stamps_ns: in order of arrival, judged as the tracker judges them.
    """
    times = FrameTimes()
    for stamp_ns in stamps_ns:
        times.judge(stamp_ns, 0)
    return times.lost
