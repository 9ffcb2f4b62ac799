"""Micro- and macro-expressions in long recordings by a published method: one pass with a window for each.

He, Wang, Li and Yap, arXiv:1912.11985, the baseline of MEGC 2020: windows of 2 x 0.4 s and 2 x 1.3 s, halved
until three of them fit into the recording; intervals of the first pass are kept up to half a second, those of
the second from there on. Departure: half a second separates the passes at every frame rate (the paper: 16
frames of 30 per second, 105 of 200).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import InputError
from mer_ros.limits import MICRO_MAX_S, MICRO_MIN_S
from mer_ros.spotting.baselines.alignment import Aligned
from mer_ros.spotting.baselines.contrast import (
    MACRO_WINDOW_S,
    TRAILING_S,
    WINDOW_S,
    Interval,
    Stamps,
    half_window,
    spot,
)

Values = NDArray[np.float64]

WINDOWS_S = (WINDOW_S, MACRO_WINDOW_S)
"""The window of each pass."""

LONG_VIDEO_P = {"mdmd": 0.02, "lbp_difference": 0.01}
"""Threshold p of each method with the best overall F1 on rendered videos of subjects on which nothing is
evaluated; offline and causal have the same (``python -m benchmarks.long_video_thresholds``). That of
lbp_difference was the smallest p of the grid when it was chosen."""

_LIMITS_S = ((MICRO_MIN_S, MICRO_MAX_S), (float(np.nextafter(MICRO_MAX_S, 1)), float("inf")))
_FITTING, _HALVED = 3, 2


def fitting_windows(stamps_ns: Stamps) -> tuple[float, ...]:
    """The window of each pass, halved until it fits; 0 where none does, or the frame rate is too low.

    >>> fitting_windows(np.arange(0, 10_000_000_000, 20_000_000))  # 10 s at 50 fps
    (0.8, 2.6)
    >>> fitting_windows(np.arange(0, 5_000_000_000, 20_000_000))
    (0.8, 1.3)
    """
    found = []
    for full_s in WINDOWS_S:
        tried = (full_s / 2**halved for halved in range(_HALVED + 1))
        found.append(next((window_s for window_s in tried if _fits(stamps_ns, window_s)), 0.0))
    return tuple(found)


def _fits(stamps_ns: Stamps, window_s: float) -> bool:
    try:
        k, _ = half_window(stamps_ns, window_s)
    except InputError:
        return False
    return len(stamps_ns) >= _FITTING * 2 * k


def frame_values(method: Callable[..., Values], aligned: Aligned) -> list[Values]:
    """(T,) values of the frames for each of ``fitting_windows``; empty where there is no window."""
    windows = fitting_windows(aligned.stamps_ns)
    return [method(*aligned, window_s) if window_s else np.empty(0) for window_s in windows]


def spot_both(values: list[Values], stamps_ns: Stamps, p: float, causal: bool = False) -> list[Interval]:
    """The intervals of both passes, in order of time.

    values: of ``frame_values``. stamps_ns, p: see ``contrast.spot``. causal: with the threshold of the
    trailing window; the length and the median frame period of the recording still decide the windows.
    """
    found: list[Interval] = []
    for own, window_s, limits_s in zip(values, fitting_windows(stamps_ns), _LIMITS_S, strict=True):
        if len(own) and np.isfinite(own).any():
            try:
                found += spot(own, stamps_ns, p, window_s, limits_s, TRAILING_S if causal else 0.0)
            except InputError:  # gaps leave no frame with neighbours: nothing can be spotted
                continue
    return sorted(found)
