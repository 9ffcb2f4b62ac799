"""The period of a camera whose frames come late, in bursts, or for the most part not at all.

A camera sends by a clock: its stamps lie on a grid, a few of them late. At the frequency of that grid all
stamps have the same phase, so the length of the mean of exp(2 pi i f t) is near 1 there and near
1 / sqrt(n) elsewhere (the Rayleigh test of periodicity, as in Mardia and Jupp, "Directional Statistics",
2000, section 6.3). Steps between stamps would not tell: where most frames are lost few are one period long,
and behind a stall short ones are none.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

LONGEST = 32
"""Most periods that a step lasts on the mean: more than 97 % of the frames lost is not told from none."""

_FEW = 16  # steps: a few stamps lie on one grid or other by chance
_EVEN = 0.2  # of a step: nothing lost, nothing late
_SLOWEST = 0.7  # of the mean rate: fewer than have come are sent only where a burst came first
_BINS, _PADDED = 4, 2  # a period of the fastest grid in bins; times as long with zeros
_CLEAR, _KNOWN = 3.5, 1.6  # times 1 / sqrt(n): what no irregular stamps reach; the same for one frequency
_AS_GOOD = 0.6  # a finer grid holds every stamp too, and by chance some more
_NEAR = 0.25  # of a period: what lies so near its place makes the period exact


def period_of(steps_s: ArrayLike, known_s: float = 0.0) -> float:
    """The period of a camera from the last steps between its stamps, 0 if there are fewer than four.

    steps_s: (N,) seconds, above 0. known_s: what was found before, kept where these stamps are too irregular
    to find it but still show it. The median step where a few stamps are all there is; the mean step of many
    that show no grid: then nothing is known to be lost.
    """
    steps = np.asarray(steps_s, np.float64)
    if len(steps) < 4:
        return 0.0
    middle = float(np.median(steps))
    if np.abs(steps - middle).max() < _EVEN * middle:
        return float(steps.mean())
    if len(steps) < _FEW:
        return middle
    times = np.append(0.0, steps.cumsum())
    frequencies, alike = _alike(times)
    best = float(alike.max())
    limit = 1 / np.sqrt(len(times))
    if best >= min(_CLEAR * limit, 0.9):
        return _exact(times, 1 / frequencies[_peak(alike, int(np.argmax(alike >= _AS_GOOD * best)))])
    if known_s:
        at = int(np.argmin(np.abs(frequencies - 1 / known_s)))
        if alike[max(at - 1, 0) : at + 2].max() >= _KNOWN * limit:
            return known_s
    return float(steps.mean())


def _alike(times: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(F,) frequencies, Hz, and how alike the stamps' phases are at each, 0..1."""
    n, span = len(times) - 1, float(times[-1])
    bins = _BINS * LONGEST * n
    counts = np.bincount((times * (bins / span)).astype(int))
    alike = np.abs(np.fft.rfft(counts, _PADDED * bins)) / len(times)
    first = int(_SLOWEST * _PADDED * n)
    last = _PADDED * LONGEST * n
    return np.arange(first, last) / (_PADDED * span), alike[first:last]


def _peak(values: NDArray[np.float64], at: int) -> int:
    """Uphill from a place."""
    while at + 1 < len(values) and values[at + 1] > values[at]:
        at += 1
    return at


def _exact(times: NDArray[np.float64], period_s: float) -> float:
    """A period by least squares over the stamps that lie near their places on its grid."""
    phase = np.angle(np.exp(2j * np.pi * times / period_s).mean()) / (2 * np.pi)
    places = times / period_s - phase
    slots = np.round(places)
    near = np.abs(places - slots) < _NEAR
    if np.ptp(slots[near]) < 1:
        return period_s
    return float(np.polyfit(slots[near], times[near], 1)[0])
