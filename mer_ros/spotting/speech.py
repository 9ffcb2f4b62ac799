"""Speech: the mouth changes its shape to and fro, two to eight times a second.

One opening of the mouth is no speech: surprise drops the jaw once, a smile with teeth parts the lips once.
Speech is a bout of syllables. Two signals describe the shape of the mouth, the gap between the lips and the
distance of the lip corners; a swing is a change of one of them from one turning point to the next. A swing of
each at the same time, or in the same direction soon after, are one swing of the mouth: the lips of a smile
part after its corners have moved. A syllable that spreads the lips and the next one, which opens them, are
several swings of one bout. An expression has one swing, or two if it returns. A third and a fourth that
follow at the pace of syllables make a movement part of a bout. The method is our own.

Example: three openings of 0.1 s each, 50 frames a second.

>>> times_s = np.arange(60) / 50
>>> gap = np.clip(np.sin(2 * np.pi * 5 * times_s), 0, None) * (times_s < 0.6)
>>> len(swings(times_s, gap, least=0.5))
6
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.spotting.time_series import TimeSeriesBuffer
from mer_ros.spotting.transients import SMOOTH_S

Floats = NDArray[np.float64]


class Swing(NamedTuple):
    """Start and end, s, and whether the signal grows."""

    start_s: float
    end_s: float
    grows: bool


SYLLABLE_SWINGS, BOUT_SWINGS = 3, 4
"""Swings that make a bout of a movement which itself looks like a syllable, and of any other one."""

MAX_SWING_S, MAX_PAUSE_S = 0.3, 0.4
"""Longest fastest half of a swing between two others of a bout, and longest pause between two of them.

The fastest half of a cosine ramp is a third of it: a smooth change of up to 0.9 s may be a syllable's.
"""

AFTER_S, LASTING_AFTER_S = 0.3, 0.7
"""Mouth movements that begin within this time after a bout belong to it; longer for those that do not return:
the mouth closes. The time counts from the end of the fastest half of its last swing.
"""

_LOOK_BACK_S = 2.0
_CLEAR_SWINGS = np.array([0.008, 0.008])  # interocular distances: smaller ones may be noise
_FASTEST_SHARE = 0.5  # of its change: a swing lasts as long as the shortest part of it with this share
_NEARLY_SHORTEST = 1.15  # parts whose durations differ by less are equally fast: noise decides between them
_SHARE_ROUNDING, _ROUNDING_S = 1e-6, 1e-6
_SAME_SWING = 0.3  # of the shorter one: two swings that overlap by more are one
_WIDENED = 1.8  # for that, they are so much longer
_SOON_S = 0.1  # a swing of the other signal that begins so soon, in the same direction, is the same one
_OWN_END_S = 0.1  # before the offset: the end of the movement's own swing, which is not counted
_JUST_BEFORE_S = 0.04  # a swing that follows a movement may begin this much before its offset

_NAMES = tuple(MOTION_GROUPS)


def _shapes() -> Floats:
    """(2 G, 2) gap between the lips and distance of the lip corners, as sums of movements."""
    gap, width = np.zeros((len(_NAMES), 2)), np.zeros((len(_NAMES), 2))
    gap[_NAMES.index("lower lip"), 1], gap[_NAMES.index("upper lip"), 1] = 1, -1
    width[_NAMES.index("left lip corner"), 0], width[_NAMES.index("right lip corner"), 0] = 1, -1
    return np.stack([gap.ravel(), width.ravel()], axis=1)


SHAPES = _shapes()
"""(2 G, 2): the shape of the mouth (gap, width) is a (2 G,) movement times this."""


def swings(times_s: Floats, values: Floats, least: float) -> list[Swing]:
    """Start and end of the fastest half of each change of at least this size between two turning points.

    times_s, values: (N,). Smaller changes to and fro within a swing do not end it. Only its fastest half
    counts, so a syllable after a slow drift is as short as any other.
    """
    turns: list[int] = []
    low = high = 0  # extremes since the last turning point
    direction = 0
    for i, value in enumerate(values):
        low, high = (i if value < values[low] else low), (i if value > values[high] else high)
        if direction >= 0 and value <= values[high] - least:
            turns.append(high)
            direction, low = -1, i
        elif direction <= 0 and value >= values[low] + least:
            turns.append(low)
            direction, high = 1, i
    if direction:
        turns.append(high if direction > 0 else low)
    return [
        _fastest_part(times_s[start : end + 1], values[start : end + 1])
        for start, end in zip(turns, turns[1:], strict=False)
    ]


def _fastest_part(times_s: Floats, values: Floats) -> Swing:
    """Start and end of the shortest part of a swing with ``_FASTEST_SHARE`` of its change.

    Of parts that are nearly as short, as there are many of an even movement, it is the one in their middle.

    >>> _fastest_part(np.arange(7) / 10, np.array([0.0, 1, 2, 3, 8, 9, 10]))
    Swing(start_s=0.3, end_s=0.4, grows=True)
    """
    share = (values - values[0]) / (values[-1] - values[0])
    reached = np.triu(share >= share[:, None] + _FASTEST_SHARE - _SHARE_ROUNDING, 1)
    starts = np.flatnonzero(reached.any(axis=1))
    ends = reached[starts].argmax(axis=1)
    durations_s = times_s[ends] - times_s[starts]
    short = np.flatnonzero(durations_s <= _NEARLY_SHORTEST * durations_s.min() + _ROUNDING_S)
    middles_s = (times_s[starts] + times_s[ends])[short] / 2
    chosen = short[np.abs(middles_s - (middles_s[0] + middles_s[-1]) / 2).argmin()]
    grows = bool(values[-1] > values[0])
    return Swing(float(times_s[starts[chosen]]), float(times_s[ends[chosen]]), grows)


def in_bout(signal: TimeSeriesBuffer, onset_s: float, least: Floats, n_swings: int, after_s: float) -> bool:
    """Whether a movement that begins at ``onset_s`` is part of a bout of speech, as far as the signal goes.

    least: (2,) smallest swing of the gap and of the width that counts, interocular distances. n_swings: of
    one of them that make a bout. after_s: time after a bout within which the movement still belongs to it.
    """
    return _last_bout_end_s(signal, onset_s, least, n_swings) >= onset_s - after_s


def bout_end_s(signal: TimeSeriesBuffer) -> float:
    """End of the last bout of speech in the last two seconds of a signal; -inf if there is none."""
    if not len(signal):
        return -np.inf
    return _last_bout_end_s(signal, float(signal.times[-1]), _CLEAR_SWINGS, BOUT_SWINGS)


def clear_swings_after(signal: TimeSeriesBuffer, offset_s: float) -> int:
    """Number of clear swings of the mouth that follow a movement which ends at ``offset_s``."""
    *_, found = _mouth_swings(signal, offset_s - _OWN_END_S, _CLEAR_SWINGS)
    return sum(swing.start_s >= offset_s - _JUST_BEFORE_S for swing in found)


def _last_bout_end_s(signal: TimeSeriesBuffer, from_s: float, least: Floats, n_swings: int) -> float:
    """End of the last swing that is at least the ``n_swings``-th of its run, from before ``from_s`` on."""
    end_of_bout_s = -np.inf
    for found in _mouth_swings(signal, from_s - _LOOK_BACK_S, least):
        run, last_s, slow = 0, -np.inf, False
        for start_s, end_s, _ in found:
            paused = start_s - last_s > MAX_PAUSE_S
            run = 1 if paused else 2 if slow else run + 1  # a slow swing may only be the first or the last
            slow, last_s = end_s - start_s > MAX_SWING_S, end_s
            if run >= n_swings:
                end_of_bout_s = max(end_of_bout_s, end_s)
    return end_of_bout_s


def _mouth_swings(signal: TimeSeriesBuffer, from_s: float, least: Floats) -> list[list[Swing]]:
    """Swings of the gap, of the width and of the mouth, each in order of time, from ``from_s`` on.

    least: (2,) smallest swing of the gap and of the width that counts, interocular distances.
    """
    first = signal.index_at(from_s)
    if first >= len(signal):
        return [[], [], []]
    times = signal.times[first:]
    shapes = signal.smoothed(first, len(signal), 2 * SMOOTH_S).astype(np.float64) @ SHAPES
    gap, width = (swings(times, shape, size) for shape, size in zip(shapes.T, least.tolist(), strict=True))
    return [gap, width, _merged(gap, width)]


def _merged(gap: list[Swing], width: list[Swing]) -> list[Swing]:
    """Swings of either signal in order of time; those of one change of the mouth, one of each, are one.

    >>> gap = [Swing(0.0, 0.1, True), Swing(0.3, 0.4, False)]
    >>> width = [Swing(0.15, 0.2, True), Swing(0.6, 0.7, False)]
    >>> [(swing.start_s, swing.end_s) for swing in _merged(gap, width)]
    [(0.0, 0.2), (0.3, 0.4), (0.6, 0.7)]
    """
    found: list[Swing] = []
    last: tuple[Swing, int] | None = None  # the latest swing and its signal, unless it is merged
    for swing, signal in sorted([*((one, 0) for one in gap), *((one, 1) for one in width)]):
        if last is not None and signal != last[1] and _is_same(last[0], swing):
            found[-1] = found[-1]._replace(end_s=max(found[-1].end_s, swing.end_s))
            last = None
        else:
            found.append(swing)
            last = swing, signal
    return found


def _is_same(one: Swing, later: Swing) -> bool:
    """Whether a swing of the gap and one of the width are one change of the mouth."""
    if one.grows == later.grows and later.start_s - one.end_s < _SOON_S:
        return True
    (start_s, end_s), (from_s, to_s) = _widened(one), _widened(later)
    return min(end_s, to_s) - max(start_s, from_s) > _SAME_SWING * min(end_s - start_s, to_s - from_s)


def _widened(swing: Swing) -> tuple[float, float]:
    more_s = (_WIDENED - 1) / 2 * (swing.end_s - swing.start_s)
    return swing.start_s - more_s, swing.end_s + more_s
