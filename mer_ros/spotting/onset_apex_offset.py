"""Onset, apex and offset of a movement, from its amplitude over time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_RAMP_LEVELS = (0.5, 0.2)  # of the peak: crossings that fix the cosine ramp
_COSINE_RAMP = 1.44  # (t20 - t0) / (t50 - t20) of a ramp (1 - cos) / 2
_APEX_LEVEL = 0.8  # of the peak: the apex is the centre of what lies above


class OnsetApexOffset(NamedTuple):
    """Times in seconds."""

    onset_s: float
    apex_s: float
    offset_s: float


def onset_apex_offset(
    times_s: Floats, values: Floats, near_s: float, within_s: float
) -> OnsetApexOffset | None:
    """The movement whose peak lies within ``within_s`` of ``near_s``; None if it is part of something larger.

    times_s, values: (N,), amplitude, 0 at rest. The apex is the centre of the peak, weighted by its height.
    Onset and offset are where a cosine ramp through the 50 % and 20 % points reaches 0: noise hides the
    crossing itself.
    """
    near = np.flatnonzero(np.abs(times_s - near_s) <= within_s)
    peak = int(near[values[near].argmax()])
    if values[peak] <= 0:
        return None
    share = values / values[peak]
    seconds = times_s - times_s[peak]
    rise, decay = _ramp_end(seconds[peak::-1], share[peak::-1]), _ramp_end(seconds[peak:], share[peak:])
    if rise is None or decay is None:
        return None
    low = np.flatnonzero(share < _APEX_LEVEL)
    first = int(np.searchsorted(low, peak))
    start = int(low[first - 1]) + 1 if first > 0 else 0
    end = int(low[first]) if first < len(low) else len(share)
    weight = share[start:end] - _APEX_LEVEL + 1e-6
    apex = float((seconds[start:end] * weight).sum() / weight.sum())
    peak_s = float(times_s[peak])
    return OnsetApexOffset(max(peak_s + rise, float(times_s[0])), peak_s + apex, peak_s + decay)


def _ramp_end(seconds: Floats, share: Floats) -> float | None:
    """Time at which a movement that starts at its peak (share 1) reaches rest, going along the arrays.

    None where 20 % is never reached.
    """
    crossings = []
    for level in _RAMP_LEVELS:
        below = np.flatnonzero(share < level)
        if not len(below):
            return None
        i = int(below[0])
        fraction = (share[i - 1] - level) / max(share[i - 1] - share[i], 1e-9)
        crossings.append(seconds[i - 1] + fraction * (seconds[i] - seconds[i - 1]))
    return float(crossings[1] + _COSINE_RAMP * (crossings[1] - crossings[0]))
