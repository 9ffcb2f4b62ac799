"""When a movement begins, peaks and ends, from its course along one pattern."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_COSINE_RAMP = 1.44  # (t20 - t0) / (t50 - t20) of a ramp (1 - cos) / 2
_TOP = 0.8  # of the peak: the apex is the middle of what lies above


class OnsetApexOffset(NamedTuple):
    """Times in seconds."""

    onset_s: float
    apex_s: float
    offset_s: float


def onset_apex_offset(
    times_s: Floats, values: Floats, about_s: float, within_s: float
) -> OnsetApexOffset | None:
    """The movement whose peak lies within ``within_s`` of a time; None if it is part of something larger.

    times_s, values: (N,), at rest 0. The apex is the middle of the peak, weighed by its height. Onset and
    offset are where a cosine ramp through the 50 % and 20 % points meets rest, which the noise hides.
    """
    near = np.flatnonzero(np.abs(times_s - about_s) <= within_s)
    peak = int(near[values[near].argmax()])
    if values[peak] <= 0:
        return None
    share = values / values[peak]
    seconds = times_s - times_s[peak]
    rise, decay = _meets_rest(seconds[peak::-1], share[peak::-1]), _meets_rest(seconds[peak:], share[peak:])
    if rise is None or decay is None:
        return None
    low = np.flatnonzero(share < _TOP)
    first = int(np.searchsorted(low, peak))
    start = int(low[first - 1]) + 1 if first > 0 else 0
    end = int(low[first]) if first < len(low) else len(share)
    weight = share[start:end] - _TOP + 1e-6
    apex = float((seconds[start:end] * weight).sum() / weight.sum())
    at = float(times_s[peak])
    return OnsetApexOffset(max(at + rise, float(times_s[0])), at + apex, at + decay)


def _meets_rest(seconds: Floats, share: Floats) -> float | None:
    """When a movement that starts at its peak (share 1) has come to rest, going along the arrays.

    None where 20 % is never reached.
    """
    crossings = []
    for level in (0.5, 0.2):
        below = np.flatnonzero(share < level)
        if not len(below):
            return None
        i = int(below[0])
        part = (share[i - 1] - level) / max(share[i - 1] - share[i], 1e-9)
        crossings.append(seconds[i - 1] + part * (seconds[i] - seconds[i - 1]))
    return float(crossings[1] + _COSINE_RAMP * (crossings[1] - crossings[0]))
