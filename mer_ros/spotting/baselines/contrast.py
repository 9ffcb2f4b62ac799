"""From one value per frame to intervals, identical for all published methods.

With d_i the value of frame i, and k half of a window a little longer than the movement, in frames:

    r_i = d_i - (d_(i-k+1) + d_(i+k-1)) / 2          threshold = mean(r) + p (max(r) - mean(r))

Moilanen, Zhao and Pietikainen, "Spotting Rapid Facial Movements from Videos Using Appearance-Based Feature
Difference Analysis", ICPR 2014; He, Wang, Li and Yap, "Spotting Macro- and Micro-expression Intervals in
Long Video Sequences", arXiv:1912.11985, in which consecutive frames above the threshold form an interval, and
intervals that are too short or too long are removed.

k in the papers: Moilanen uses half of 9 frames at 25 fps and of 21 at 60 fps (a window of 0.35 s), He uses
0.4 s (12 frames at 30 fps, 80 at 200; a window of 0.8 s). Here the window is a setting to be tuned, like p;
the default is He's, with which both methods scored higher on synthetic clips. Departures: frames at a
distance of k are found by their stamps, so a lost frame causes no shift, and a value without a neighbour is
undefined (NaN); intervals with peaks closer than k / 2 are joined, after the minimum distance of Moilanen's
peaks, whereas He joins only frames without a gap.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import ConfigError, InputError
from mer_ros.limits import MICRO_MAX_S, MICRO_MIN_S

BLOCKS = 6
"""Number of blocks across and down a crop, for both methods."""

Stamps = NDArray[np.int64]

WINDOW_S = 0.8
"""2 k frames: twice the 0.4 s that He et al. use for micro-expressions."""

MACRO_WINDOW_S = 2.6
"""The same for macro-expressions: twice 1.3 s (39 frames at 30 fps, 260 at 200)."""

TRAILING_S, WARM_UP_S = 20.0, 2.0
"""Time before a frame from which a causal threshold is taken; time that must be known before any frame is
above it."""

_MIN_SIZE_PX = 32


class Interval(NamedTuple):
    """A spotted movement: stamps in ns of the first frame, that of highest contrast, and the last."""

    onset_ns: int
    apex_ns: int
    offset_ns: int


def spot(
    values: NDArray[np.float64],
    stamps_ns: Stamps,
    p: float,
    window_s: float = WINDOW_S,
    limits_s: tuple[float, float] = (MICRO_MIN_S, MICRO_MAX_S),
    trailing_s: float = 0.0,
) -> list[Interval]:
    """The intervals in which the contrast of the values is above the threshold, in order of time.

    values: (T,) float64, NaN where undefined; stamps_ns: (T,) int64, increasing; p: 0 to 1; window_s: the
    window with which the values were computed; limits_s: shortest and longest interval to keep; trailing_s:
    if not 0, the threshold of a frame comes from the contrast up to it within this time instead of the whole
    recording. Then no later frame decides, except the 2 k - 1 that its contrast needs. Raises ConfigError for
    another p, InputError if the recording is too short or stamps do not match the values.

    Example: 5 s at 20 fps with a movement of 0.3 s at 2.5 s.

    >>> stamps_ns = np.arange(100) * 50_000_000  # (T,)
    >>> values = np.where(np.abs(np.arange(100) - 50) <= 3, 1.0, 0.0)  # (T,)
    >>> [(i.onset_ns / 1e9, i.offset_ns / 1e9) for i in spot(values, stamps_ns, p=0.5)]
    [(2.35, 2.65)]
    """
    if not 0 <= p <= 1:
        raise ConfigError(f"p sets the threshold from mean (0) to maximum (1), found {p}: use 0 to 1.")
    if len(values) != len(stamps_ns):
        raise InputError(
            f"found {len(values)} values and {len(stamps_ns)} stamps: pass one stamp for each value."
        )
    k, period_ns = half_window(stamps_ns, window_s)
    before, after = neighbours(stamps_ns, k - 1, period_ns)
    contrast = values - (_values_at(values, before) + _values_at(values, after)) / 2
    if not np.isfinite(contrast).any():
        raise InputError(
            f"none of {len(values)} frames has values {k - 1} frames before and after it: "
            f"use a recording of more than {4 * k - 2} frames without gaps, or a shorter window."
        )
    mean, greatest = _mean_and_greatest(contrast, stamps_ns, trailing_s)
    runs = _joined(_runs(contrast > mean + p * (greatest - mean)), contrast, stamps_ns, k * period_ns / 2)
    spotted = [Interval(*(int(stamps_ns[i]) for i in (first, apex, last))) for first, apex, last in runs]
    shortest, longest = limits_s
    return [i for i in spotted if shortest <= (i.offset_ns - i.onset_ns) * 1e-9 <= longest]


def _mean_and_greatest(
    contrast: NDArray[np.float64], stamps_ns: Stamps, trailing_s: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(T,) each: mean and maximum contrast of the recording, or up to each frame; NaN in the warm-up."""
    n = len(contrast)
    if not trailing_s:
        return np.full(n, np.nanmean(contrast)), np.full(n, np.nanmax(contrast))
    mean, greatest = np.full(n, np.nan), np.full(n, np.nan)
    starts = np.searchsorted(stamps_ns, stamps_ns - round(trailing_s * 1e9), "right")
    defined = np.flatnonzero(np.isfinite(contrast))
    for i in defined[stamps_ns[defined] - stamps_ns[defined[0]] >= WARM_UP_S * 1e9]:
        recent = contrast[starts[i] : i + 1]
        mean[i], greatest[i] = np.nanmean(recent), np.nanmax(recent)
    return mean, greatest


def half_window(stamps_ns: Stamps, window_s: float) -> tuple[int, float]:
    """k, half of the window in frames (2 or more), and the median frame period in ns."""
    if len(stamps_ns) < 2 or not (np.diff(stamps_ns) > 0).all():
        raise InputError(
            f"at least two increasing stamps are needed, found {len(stamps_ns)} stamps: sort the frames by "
            "time."
        )
    period_ns = float(np.median(np.diff(stamps_ns)))
    k = round(window_s * 1e9 / 2 / period_ns)
    if k < 2:
        raise InputError(
            f"a window of {window_s} s has fewer than 4 frames at {1e9 / period_ns:.0f} fps: "
            "use a longer window or a recording at a higher rate."
        )
    return k, period_ns


def neighbours(stamps_ns: Stamps, frames: int, period_ns: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Indices (T,) and (T,) of the frames ``frames`` periods before and after each frame, -1 for none.

    If frames are lost, a neighbour may deviate from its nominal time by a quarter of the distance.
    """
    tolerance_ns = max(frames / 4, 0.5) * period_ns
    return (
        _nearest(stamps_ns, stamps_ns - round(frames * period_ns), tolerance_ns, period_ns / 2),
        _nearest(stamps_ns, stamps_ns + round(frames * period_ns), tolerance_ns, period_ns / 2),
    )


def comparable_frames(
    crops: NDArray[np.uint8], stamps_ns: Stamps, window_s: float
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Indices of the frames with a frame k before and k after them, and the (T,) indices of these two.

    crops: (T, S, S) uint8 grey, aligned; stamps_ns: (T,) int64, increasing; window_s: 2 k frames. An index is
    -1 if there is no such frame.
    """
    k, period_ns = half_window(stamps_ns, window_s)
    _check_crops(crops, stamps_ns, k)
    before, after = neighbours(stamps_ns, k, period_ns)
    return np.flatnonzero((before >= 0) & (after >= 0)), before, after


def mean_of_largest_third(per_block: NDArray[np.floating]) -> float:
    """Value of a frame: the mean of the largest third of the values of its ``BLOCKS`` x ``BLOCKS`` blocks."""
    return float(np.sort(per_block)[-(BLOCKS * BLOCKS // 3) :].mean())


def _check_crops(crops: NDArray[np.uint8], stamps_ns: Stamps, k: int) -> None:
    """Raise InputError unless crops are (T, S, S) uint8 with one stamp each and at least 2 k + 1 frames."""
    if crops.dtype != np.uint8 or crops.ndim != 3 or crops.shape[1] != crops.shape[2]:
        raise InputError(
            f"crops must be grey (T, S, S) uint8, found {crops.shape} {crops.dtype}: align the frames first."
        )
    if crops.shape[1] < _MIN_SIZE_PX:
        raise InputError(f"crops are {crops.shape[1]} px wide, {_MIN_SIZE_PX} are needed: use larger crops.")
    if len(crops) != len(stamps_ns):
        raise InputError(
            f"found {len(crops)} crops and {len(stamps_ns)} stamps: pass one stamp for each crop."
        )
    if len(crops) < 2 * k + 1:
        raise InputError(
            f"{len(crops)} frames are fewer than the {2 * k + 1} of one window: use a longer recording or a "
            "shorter window."
        )


def _nearest(stamps_ns: Stamps, wanted_ns: Stamps, tolerance_ns: float, beyond_ns: float) -> NDArray[np.intp]:
    """Index of the stamp nearest to each wanted one; -1 if none is near or it is outside the recording."""
    right = np.clip(np.searchsorted(stamps_ns, wanted_ns), 1, len(stamps_ns) - 1)
    is_left = wanted_ns - stamps_ns[right - 1] < stamps_ns[right] - wanted_ns
    nearest = np.where(is_left, right - 1, right)
    is_near = np.abs(stamps_ns[nearest] - wanted_ns) <= tolerance_ns
    is_recorded = (wanted_ns >= stamps_ns[0] - beyond_ns) & (wanted_ns <= stamps_ns[-1] + beyond_ns)
    return np.where(is_near & is_recorded, nearest, -1)


def _values_at(values: NDArray[np.float64], indices: NDArray[np.intp]) -> NDArray[np.float64]:
    return np.where(indices >= 0, values[indices], np.nan)


def _runs(above: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last index of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], above, [False]]).astype(np.int8)))
    return [(int(first), int(end) - 1) for first, end in edges.reshape(-1, 2)]


def _joined(
    runs: list[tuple[int, int]], contrast: NDArray[np.float64], stamps_ns: Stamps, apart_ns: float
) -> list[tuple[int, int, int]]:
    """First, apex and last index of each run; runs with peaks closer than apart_ns are joined."""
    joined: list[tuple[int, int, int]] = []
    for first, last in runs:
        apex = first + int(np.argmax(contrast[first : last + 1]))
        if joined and stamps_ns[apex] - stamps_ns[joined[-1][1]] < apart_ns:
            first, earlier, _ = joined.pop()
            apex = max(earlier, apex, key=lambda i: contrast[i])
        joined.append((first, apex, last))
    return joined
