"""Onset, apex and offset of a movement, from its amplitude over time.

Example: a movement that rises from 0.2 s to 0.4 s and decays until 0.7 s, in 81 samples.

>>> times_s = np.linspace(0, 0.8, 81)
>>> rise, decay = (times_s - 0.2) / 0.2, (0.7 - times_s) / 0.3
>>> values = (1 - np.cos(np.pi * np.clip(np.minimum(rise, decay), 0, 1))) / 2
>>> found = onset_apex_offset(times_s, values, near_s=0.42, within_s=0.05)
>>> print(*(round(time_s, 2) for time_s in found))
0.2 0.41 0.7
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_RAMP_LEVELS = (0.5, 0.2)  # of the peak: crossings that determine the cosine ramp
_COSINE_RAMP = 1.44  # (t20 - t0) / (t50 - t20) of a ramp (1 - cos) / 2
_RISE_LEVELS = (0.2, 0.5, 0.8)  # of the last level: crossings that determine a rise without return
_OVERSHOOT = 0.15  # share of the last level by which the peak exceeds it in a partial return
_APEX_LEVEL = 0.8  # of the peak: the apex is the weighted centre of the part above


class OnsetApexOffset(NamedTuple):
    """Three times in seconds, on the clock of the samples."""

    onset_s: float
    apex_s: float
    offset_s: float


def onset_apex_offset(
    times_s: Floats, values: Floats, near_s: float, within_s: float
) -> OnsetApexOffset | None:
    """Times of the movement with its peak within ``within_s`` of ``near_s``; None if it has no own end.

    times_s, values: (N,) times and amplitude, 0 at rest. The apex is the centre of the peak, weighted by
    height. Onset and offset are the times at which a cosine ramp through the 50 % and 20 % points reaches 0,
    since noise hides the actual crossing. A movement that does not fall below 20 % of its peak on both sides
    is part of a larger one.
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


def onset_apex_stop(times_s: Floats, values: Floats, still_s: float) -> OnsetApexOffset | None:
    """Times of a movement that has stopped changing at ``still_s`` at the latest, without a return to rest.

    times_s, values: as in ``onset_apex_offset``. The offset is the time at which the movement reaches its
    last level, from below or, after a partial return, from above. Its peak is the apex; without a partial
    return that is the offset. None if it does not rise.
    """
    still = int(np.searchsorted(times_s, still_s))
    if not 0 < still < len(times_s):
        return None
    level = float(values[still:].mean())
    peak = int(values[: still + 1].argmax())
    if level <= 0 or values[peak] <= 0:
        return None
    seconds = times_s - times_s[0]
    risen = peak if values[peak] > (1 + _OVERSHOOT) * level else still
    outside = np.flatnonzero(values[:risen] < _RAMP_LEVELS[1] * level)
    start = int(outside[-1]) if len(outside) else 0
    rise = np.maximum.accumulate(values[start : risen + 1])
    low, middle, high = (
        _crossing(seconds[start : risen + 1], rise / rise[-1], share) for share in _RISE_LEVELS
    )
    onset_s = max(low - _COSINE_RAMP * (middle - low), 0.0)
    if risen == still:
        offset_s = min(high + _COSINE_RAMP * (high - middle), float(seconds[still]))
        apex_s = offset_s
    else:
        apex_s = float(seconds[peak])
        above = np.flatnonzero(values[peak:still] > level + _OVERSHOOT * (values[peak] - level))
        offset_s = float(seconds[peak + (int(above[-1]) + 1 if len(above) else 0)])
    first_s = float(times_s[0])
    return OnsetApexOffset(
        first_s + onset_s, first_s + max(apex_s, onset_s), first_s + max(offset_s, onset_s)
    )


def _crossing(seconds: Floats, share: Floats, level: float) -> float:
    """Time at which a share that grows to 1 reaches a level."""
    i = int(np.argmax(share >= level))
    if i == 0:
        return float(seconds[0])
    part = (level - share[i - 1]) / max(share[i] - share[i - 1], 1e-9)
    return float(seconds[i - 1] + part * (seconds[i] - seconds[i - 1]))


def _ramp_end(seconds: Floats, share: Floats) -> float | None:
    """Time at which a movement that starts at its peak (share 1) reaches rest, in the order of the arrays.

    None if it never falls to 20 %.
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
