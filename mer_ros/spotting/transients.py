"""Movements that come and go (transients), found relative to a resting position that drifts.

A swaying head leaves slow false movement on every region, larger than a micro-expression, so no fixed resting
position is assumed. Each span of the signal is compared with its baseline, the straight line between the mean
just before the span and the mean just after it. A transient leaves the baseline within the span and is on it
at both ends. At every search, spans of several lengths that end with the signal are tried. The
signal-to-noise ratio of a transient is the largest output of the matched filters of all action units
(``spotting.noise_model``), learned from chance movements in spans of the same length.

MDMD and LBP feature difference also compare with both ends (arXiv:1912.11985; Moilanen et al., ICPR 2014),
but use one length, one frame at each end, and a threshold from the whole video.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mer_ros.spotting.noise_model import NoiseModel
from mer_ros.spotting.time_series import TimeSeriesBuffer
from mer_ros.spotting.unit_patterns import UnitPatterns

LENGTHS_S = (0.08, 0.12, 0.18, 0.26, 0.36, 0.5, 0.7, 1.0, 1.4)
"""Lengths of the spans that are tried."""

END_S = 0.08
"""Time before and after a span over which each end of the baseline is averaged."""

SMOOTH_S = 0.02
"""Width of the moving average of the signal within a span."""

_MIN_FRAMES = 3  # in a span
_MAX_TILT = 0.35  # of a transient's snr: the two ends may differ by this much under its filter
# Where they differ by more than the small tilt, the movement must be over: the halves of the end may differ
# by this share of the snr.
_SMALL_TILT, _MAX_GOING_ON = 0.15, 0.2
_NEARLY_BEST = 0.9  # of the best snr: the transient is the shortest span that reaches it
_MAX_MOMENTS = 24  # at which a span is evaluated
_MAX_STEP_S = 0.1  # longest time that one search contributes to the noise model
_JUST_NOW_S = 1e-6  # prevents rounding from adding a frame to the end of a span

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Baseline:
    """Movement expected without a transient.

    values: (2, 2 G) float32 before and after the span, interocular distances; times_s: times of both.
    """

    values: NDArray[np.float32]
    times_s: tuple[float, float]

    def tilt(self, filter_: Floats) -> float:
        """Difference between the two ends under a (2 G,) filter."""
        return float((self.values[1] - self.values[0]) @ filter_)

    def at(self, times_s: Floats) -> NDArray[np.float32]:
        """(N, 2 G) values at (N,) times."""
        start_s, end_s = self.times_s
        share = ((times_s - start_s) / (end_s - start_s)).astype(np.float32)[:, None]
        return np.asarray(self.values[0] + (self.values[1] - self.values[0]) * share)


@dataclass(frozen=True, eq=False)
class Transient:
    """One span of the signal that stands out.

    start_s: start of the span. apex_s: time at which it stands out most. snr: signal-to-noise ratio at that
    time. moved: (2 G,) movement at that time, interocular distances. filter: (2 G,) matched filter that gave
    the snr. baseline: see ``Baseline``. noise: chance movements in spans of the same length. returned:
    whether the movement has ended where it began; False for ``spotting.lasting``.
    """

    start_s: float
    apex_s: float
    snr: float
    moved: Floats
    filter: Floats
    baseline: Baseline
    noise: NoiseModel
    returned: bool = True

    @property
    def peak_motion(self) -> float:
        """Movement at the apex of the region that moves most, interocular distances."""
        return largest_motion(self.moved)

    def with_baseline_end(self, value: NDArray[np.float32], time_s: float) -> Transient:
        """The same transient with a baseline that ends later, at a (2 G,) value, if the face rests then."""
        baseline = Baseline(np.stack([self.baseline.values[0], value]), (self.baseline.times_s[0], time_s))
        at_rest = abs(baseline.tilt(self.filter)) <= _MAX_TILT * self.snr  # else the next movement has begun
        return replace(self, baseline=baseline) if at_rest else self

    def above_baseline(self, times_s: Floats, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 2 G) values of the signal at (N,) times, minus the baseline."""
        return np.asarray(values - self.baseline.at(times_s))


class TransientFinder:
    """Finds transients that end with the signal, and learns the noise."""

    def __init__(self, patterns: UnitPatterns | None = None) -> None:
        self._noise = [NoiseModel(length, patterns) for length in LENGTHS_S]
        self._last_search_s: float | None = None

    @property
    def noise(self) -> NoiseModel:
        """Chance movements in spans of middle length."""
        return self._noise[len(LENGTHS_S) // 2]

    def search(self, signal: TimeSeriesBuffer, not_before_s: float) -> Transient | None:
        """The transient that ends with the signal and starts at ``not_before_s`` or later.

        Its snr may be small: the caller applies the threshold. None if no span qualifies.
        """
        times = signal.times
        now_s = float(times[-1])
        step_s = (
            0.0 if self._last_search_s is None else min(max(now_s - self._last_search_s, 0.0), _MAX_STEP_S)
        )
        self._last_search_s = now_s
        after = signal.index_at(now_s - END_S + _JUST_NOW_S)
        first = signal.index_at(now_s - 2 * END_S - LENGTHS_S[-1])
        if after >= len(signal) or first >= after:
            return None
        end_s, end_value = float(times[after:].mean()), signal.mean(after, len(signal))
        middle = max((after + len(signal)) // 2, after + 1)
        going_on = signal.mean(min(middle, len(signal) - 1), len(signal)) - signal.mean(after, middle)
        starts_s = times[after] - np.array(LENGTHS_S)
        befores, starts = signal.indices_at(starts_s - END_S), signal.indices_at(starts_s)
        # spans with a complete start of the baseline; of lengths that select the same frames, the first
        complete = (times[0] <= starts_s - END_S) & (after - starts >= _MIN_FRAMES) & (befores < starts)
        lengths: list[int] = []
        for length in np.flatnonzero(complete).tolist():
            if not lengths or starts[length] != starts[lengths[-1]]:
                lengths.append(length)
        if not lengths:
            return None
        before, start = befores[lengths], starts[lengths]
        rest_s, rest = signal.means(before, start)
        tilts = end_value - rest
        span, moments = _moments(start, after)  # of all spans, one after the other
        share = ((times[moments] - rest_s[span]) / (end_s - rest_s[span])).astype(np.float32)
        above = signal.smoothed(first, after, SMOOTH_S)[moments - first] - rest[span]
        above -= tilts[span] * share[:, None]
        found: list[Transient] = []
        edges = np.searchsorted(span, np.arange(len(lengths) + 1)).tolist()
        for row, length in enumerate(lengths):
            noise, inside = self._noise[length], slice(edges[row], edges[row + 1])
            outputs = above[inside] @ noise.filters  # (N, K)
            at, unit = divmod(int(outputs.argmax()), outputs.shape[1])
            snr, filter_ = float(outputs[at, unit]), noise.filters[:, unit]
            tilt = abs(float(tilts[row] @ filter_))
            is_over = tilt <= _SMALL_TILT * snr or abs(float(going_on @ filter_)) <= _MAX_GOING_ON * snr
            if starts_s[length] >= not_before_s and tilt <= _MAX_TILT * snr and is_over:
                at += inside.start
                baseline = Baseline(np.stack([rest[row], end_value]), (float(rest_s[row]), end_s))
                moved, apex_s = above[at].astype(np.float64), float(times[moments[at]])
                found.append(Transient(float(starts_s[length]), apex_s, snr, moved, filter_, baseline, noise))
            noise.learn(above[(inside.start + inside.stop) // 2], step_s)
        best = max((transient.snr for transient in found), default=0.0)
        return next((transient for transient in found if transient.snr >= _NEARLY_BEST * best), None)


def _moments(starts: NDArray[np.intp], end: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(M,) span and (M,) index of each moment at which spans with a common end are evaluated."""
    steps = -(-(end - starts) // _MAX_MOMENTS)
    counts = -(-(end - starts) // steps)
    span = np.repeat(np.arange(len(starts)), counts)
    return span, starts[span] + steps[span] * (np.arange(len(span)) - (np.cumsum(counts) - counts)[span])


def largest_motion(movement: NDArray[np.floating]) -> float:
    """Length of the largest of the G movements in a (2 G,) vector.

    >>> largest_motion(np.array([0.0, 0.0, 3.0, 4.0]))  # G = 2
    5.0
    """
    x, y = movement[::2], movement[1::2]
    return math.sqrt(float((x * x + y * y).max()))
