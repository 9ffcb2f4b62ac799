"""Frame period of a camera, also if frames arrive late, in bursts, or are mostly lost.

The stamps of a camera lie on a regular grid, except for a few late ones. At the frequency of that grid, all
stamps have the same phase, so the magnitude of the mean of exp(2 pi i f t) is near 1 there and near 1 /
sqrt(n) elsewhere (the Rayleigh test of periodicity: Mardia and Jupp, "Directional Statistics", 2000, section
6.3). The steps between stamps alone do not give the period: if most frames are lost, few steps are one period
long, and after a stall some steps are shorter than a period.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

MAX_MEAN_STEP_PERIODS = 32
"""Longest mean step, in periods, at which the period is still found: 97 % of the frames are lost."""

_MIN_STEPS = 4
_MIN_STEPS_SPECTRUM = 16  # fewer stamps lie on some grid by chance
_REGULAR = 0.2  # largest deviation from the median step, as a share of it, if no frame is lost or late
_MIN_RATE = 0.7  # of the mean rate; the true rate is below the mean rate only after an initial burst
_BINS_PER_PERIOD = 4  # of the highest frequency
_ZERO_PADDING = 2  # length of the transform, divided by that of the data
_COHERENT = 3.5  # in 1 / sqrt(n): the largest coherence of irregular stamps over all frequencies is lower
_COHERENT_AT_ONE = 1.6  # the same limit at one given frequency
_NEARLY_BEST = 0.6  # of the best coherence, which may be that of a multiple of the true frequency
_ON_GRID = 0.25  # of a period; stamps within this distance of the grid refine the period


def estimate_period(steps_s: ArrayLike, previous_s: float = 0.0) -> float:
    """Frame period of a camera, seconds, from the last steps between its stamps; 0 with fewer than four.

    steps_s: (N,) seconds, above 0. previous_s: an earlier estimate, which is kept if these stamps are too
    irregular for a new one but coherent at the earlier frequency. With fewer than 16 irregular steps the
    result is their median. For stamps without a grid it is the mean step, so that no frame is counted as
    lost.

    Example: a camera of 200 Hz, of which three frames are lost.

    >>> float(estimate_period([0.005, 0.005, 0.010, 0.005, 0.015]))
    0.005
    """
    steps = np.asarray(steps_s, np.float64)
    if len(steps) < _MIN_STEPS:
        return 0.0
    middle = float(np.median(steps))
    if np.abs(steps - middle).max() < _REGULAR * middle:
        return float(steps.mean())
    if len(steps) < _MIN_STEPS_SPECTRUM:
        return middle
    times = np.append(0.0, steps.cumsum())
    frequencies, coherence = _phase_coherence(times)
    best = float(coherence.max())
    limit = 1 / np.sqrt(len(times))
    if best >= min(_COHERENT * limit, 0.9):
        lowest = _next_peak(coherence, int(np.argmax(coherence >= _NEARLY_BEST * best)))
        return _refine_period(times, 1 / frequencies[lowest])
    if previous_s:
        at = int(np.argmin(np.abs(frequencies - 1 / previous_s)))
        if coherence[max(at - 1, 0) : at + 2].max() >= _COHERENT_AT_ONE * limit:
            return previous_s
    return float(steps.mean())


def _phase_coherence(times: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(F,) frequencies, Hz, and |mean of exp(2 pi i f t)| of each, 0..1. times: (N + 1,) seconds, from 0."""
    n, span = len(times) - 1, float(times[-1])
    bins = _BINS_PER_PERIOD * MAX_MEAN_STEP_PERIODS * n
    counts = np.bincount((times * (bins / span)).astype(int))
    coherence = np.abs(np.fft.rfft(counts, _ZERO_PADDING * bins)) / len(times)
    first = int(_MIN_RATE * _ZERO_PADDING * n)
    last = _ZERO_PADDING * MAX_MEAN_STEP_PERIODS * n
    return np.arange(first, last) / (_ZERO_PADDING * span), coherence[first:last]


def _next_peak(values: NDArray[np.float64], at: int) -> int:
    """Index of the first local maximum at or after an index."""
    while at + 1 < len(values) and values[at + 1] > values[at]:
        at += 1
    return at


def _refine_period(times: NDArray[np.float64], period_s: float) -> float:
    """Least-squares period, seconds, over the stamps near the grid of a first estimate."""
    phase = np.angle(np.exp(2j * np.pi * times / period_s).mean()) / (2 * np.pi)
    places = times / period_s - phase
    slots = np.round(places)
    near = np.abs(places - slots) < _ON_GRID
    if np.ptp(slots[near]) < 1:
        return period_s
    return float(np.polyfit(slots[near], times[near], 1)[0])
