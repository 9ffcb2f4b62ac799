"""Presentation times of the frames of a video: frame rate, missing frames, times that increase."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

MAX_RATE_HZ = 1000.0
"""Frame rate from which the times of a file are taken for wrong."""

_REGULAR = 0.1  # deviation from the median step, as a share of it, of a frame in time
_MOSTLY = 0.8  # share of frames in time at a constant frame rate
_JUMP_NS = 1_000_000_000  # a shorter step back is a wrong time


def frame_rate(times_s: NDArray[np.float64], tick_s: float) -> float:
    """Frames per second; 0 with fewer than two different times.

    times_s: (N,) increasing, seconds. tick_s: their resolution, seconds. At a constant frame rate, gaps are
    left out; if the frame rate varies, the result is the mean.

    Example: 30 fps with a resolution of 1 ms, where one frame is missing.

    >>> round(frame_rate(np.array([0, 33, 67, 133, 167, 200, 233]) / 1000, 0.001))
    30
    """
    steps = np.diff(times_s)
    steps = steps[steps > 0]
    if not len(steps):
        return 0.0
    regular = _in_time(steps, tick_s)
    return float(1 / (steps[regular].mean() if regular.mean() >= _MOSTLY else steps.mean()))


def missing_frames(times_ns: Sequence[int]) -> int:
    """Number of frames missing between others at a constant frame rate; 0 if the frame rate varies.

    times_ns: (N,) increasing, ns.
    """
    steps = np.diff(np.asarray(times_ns, np.float64)) * 1e-9
    if len(steps) < 2:
        return 0
    regular = _in_time(steps, 0.001)
    if regular.mean() < _MOSTLY / 2:
        return 0
    periods = np.round(steps / steps[regular].mean())
    return int(np.maximum(periods - 1, 0).sum())


def _in_time(steps: NDArray[np.float64], tick_s: float) -> NDArray[np.bool_]:
    middle = float(np.median(steps))
    return np.asarray(np.abs(steps - middle) <= max(_REGULAR * middle, 1.01 * tick_s))


class Clock:
    """Times of decoded frames since the first, ns, strictly increasing.

    time_base: unit of the presentation times, s. fps: frames per second, for frames without a time.
    by_index: the time of frame i is i / fps, where i counts the frames of the file that are shown before.
    corrected: number of frames whose time is missing or repeated.
    """

    def __init__(self, time_base: Fraction, fps: float, by_index: bool) -> None:
        self._time_base, self._by_index = time_base, by_index
        self._fps = fps
        self._known: list[int] = []  # presentation times of the packets so far, increasing
        self._first = 0  # place of the first frame, ns
        self._last = -1  # result for the last frame, ns
        self._last_time: int | None = None  # presentation time of the last frame
        self._shift_ns = 0
        self.corrected = 0

    def add(self, time: int | None) -> None:
        """Note the presentation time of a packet, in units of the time base."""
        if self._by_index and time is not None:
            bisect.insort(self._known, time)

    def time_ns(self, time: int | None, following: int | None) -> int | None:
        """Time of the next frame, ns; None if its presentation time is wrong, as after damage.

        time, following: presentation times of this frame and of the one after it, in units of the time base;
        None if unknown. A time that is later than the following one, or up to a second before the last, is
        wrong; a larger step back is the beginning of another recording, which continues the first.
        """
        if time is None or time == self._last_time:
            return self._assumed(following)
        if self._last_time is not None and following is not None and self._last_time < following < time:
            return None
        place = self._place(time) + self._shift_ns
        if self._last < 0:
            self._first = place
        since_ns = place - self._first
        if since_ns <= self._last:
            if self._last - since_ns < _JUMP_NS:
                return None
            self._shift_ns += self._last + self._period_ns - since_ns
            since_ns = self._last + self._period_ns
        self._last, self._last_time = since_ns, time
        return since_ns

    @property
    def _period_ns(self) -> int:
        return round(1e9 / self._fps)

    def _place(self, time: int) -> int:
        """Time of a presentation time since the origin of the file, ns."""
        if self._by_index:
            return round(bisect.bisect_left(self._known, time) * 1e9 / self._fps)
        return round(time * self._time_base * 1_000_000_000)

    def _assumed(self, following: int | None) -> int:
        """Time of a frame that has none of its own: half way to the next frame, at most one period."""
        self.corrected += not self._by_index
        step_ns = self._period_ns
        if following is not None and self._last >= 0:
            to_next_ns = self._place(following) + self._shift_ns - self._first - self._last
            step_ns = min(step_ns, to_next_ns // 2) if to_next_ns > 1 else step_ns
        self._last = 0 if self._last < 0 else self._last + step_ns
        return self._last
