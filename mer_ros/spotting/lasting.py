"""Movements that stop changing without a return to rest, found once the face has been still for a while.

Many expressions stay: a smile is held, brows stay up, and two thirds of a coded micro-expression are often
still there at its coded end. A transient (``spotting.transients``) ends where it began; here a movement is
the difference between the mean just before a span and the mean over the still time after it. The
signal-to-noise ratio is the largest output of the matched filters, learned from such differences on the same
face: a swaying head leaves larger ones than on the straight line of a transient. The method is our own.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mer_ros.spotting.noise_model import NoiseModel
from mer_ros.spotting.time_series import TimeSeriesBuffer
from mer_ros.spotting.transients import END_S, SMOOTH_S, Baseline, Transient
from mer_ros.spotting.unit_patterns import UnitPatterns

LENGTHS_S = (0.12, 0.24, 0.4, 0.7, 1.1, 1.6)
"""Lengths of the spans that are tried, from rest to the still time."""

STILL_S = 0.36
"""How long the face must have been still; a micro-expression that stays for less returns in time to be found
as a transient.
"""

LONGEST_S = STILL_S + LENGTHS_S[-1]
"""Time from the start of the longest span to the end of the still time."""

_MAX_CHANGE, _MAX_CHANGE_SNR = 0.15, 3.0  # within the still time: share of the snr, and snr always allowed
# Where the face was as it is now within this time before the span, it has only returned; share of the snr.
_LOOK_BACK_S, _MIN_AWAY = 1.0, 0.3
_NEARLY_BEST = 0.9  # of the best snr: the movement is the shortest span that reaches it
_MIN_FRAMES = 3  # in the still time
_MAX_STEP_S = 0.1  # longest time that one search contributes to the noise model


class _Span(NamedTuple):
    """A movement from rest to the still time.

    start_s, start: of the span. rest: (2 G,) mean before it; rest_s: its time. moved: (2 G,) float64. snr:
    the largest output. filter: the filter that gave it. noise: chance movements of this length.
    """

    start_s: float
    start: int
    rest_s: float
    rest: NDArray[np.float32]
    moved: NDArray[np.float64]
    snr: float
    filter: NDArray[np.float64]
    noise: NoiseModel


class LastingFinder:
    """Finds lasting movements that end with the signal, and learns their noise."""

    def __init__(self, patterns: UnitPatterns | None = None) -> None:
        self._noise = [NoiseModel(STILL_S + length, patterns) for length in LENGTHS_S]
        self._last_search_s: float | None = None

    def search(self, signal: TimeSeriesBuffer, not_before_s: float, min_snr: float = 0.0) -> Transient | None:
        """The movement that ended ``STILL_S`` ago and starts at ``not_before_s`` or later.

        min_snr: the snr that the caller requires; if no span reaches it, no closer look is taken. The result
        may have less. None if no span qualifies.
        """
        times = signal.times
        now_s = float(times[-1])
        last_s = now_s if self._last_search_s is None else self._last_search_s
        step_s = min(max(now_s - last_s, 0.0), _MAX_STEP_S)
        self._last_search_s = now_s
        still = signal.index_at(now_s - STILL_S)
        if len(signal) - still < _MIN_FRAMES:
            return None
        end = signal.mean(still, len(signal))
        spans = self._spans(signal, now_s, end)
        best_snr = max((span.snr for span in spans), default=-np.inf)
        found = self._stayed(signal, still, end, spans, not_before_s) if best_snr >= min_snr else []
        for span in spans:
            span.noise.learn(span.moved, step_s)
        best_snr = max((one.snr for one in found), default=0.0)
        return next((one for one in found if one.snr >= _NEARLY_BEST * best_snr), None)

    def _spans(self, signal: TimeSeriesBuffer, now_s: float, end: NDArray[np.float32]) -> list[_Span]:
        """The spans of all lengths that the signal covers. end: (2 G,) mean of the still time."""
        starts_s = now_s - STILL_S - np.array(LENGTHS_S)
        befores, starts = signal.indices_at(starts_s - END_S), signal.indices_at(starts_s)
        covered = (starts_s - END_S >= signal.times[0]) & (starts > befores)
        n = len(LENGTHS_S) if covered.all() else int(covered.argmin())
        if n == 0:
            return []
        rests_s, rests = signal.means(befores[:n], starts[:n])
        spans = []
        for k, moved in enumerate((end - rests).astype(np.float64)):
            noise = self._noise[k]
            outputs = moved @ noise.filters  # (K,)
            best = int(outputs.argmax())
            found = moved, float(outputs[best]), noise.filters[:, best], noise
            spans.append(_Span(float(starts_s[k]), int(starts[k]), float(rests_s[k]), rests[k], *found))
        return spans

    def _stayed(
        self,
        signal: TimeSeriesBuffer,
        still: int,
        end: NDArray[np.float32],
        spans: list[_Span],
        not_before_s: float,
    ) -> list[Transient]:
        """The spans whose movement stopped changing at the sample ``still``, and is no return."""
        times = signal.times
        now_s, end_s = float(times[-1]), float(times[still:].mean())
        within = signal.smoothed(still, len(signal), 2 * SMOOTH_S)
        first = signal.index_at(now_s - LONGEST_S - _LOOK_BACK_S)
        earlier = signal.smoothed(first, still, END_S)
        found = []
        for span in spans:
            snr, filter_ = span.snr, span.filter
            if span.start_s >= not_before_s and (
                float(np.ptp(within @ filter_)) <= max(_MAX_CHANGE * snr, _MAX_CHANGE_SNR)
                and float(((end - earlier[: max(span.start - first, 1)]) @ filter_).min()) > _MIN_AWAY * snr
            ):
                baseline = Baseline(np.stack([span.rest, span.rest]), (span.rest_s, end_s))
                apex_s, moved = now_s - STILL_S, span.moved
                found.append(
                    Transient(span.start_s, apex_s, snr, moved, filter_, baseline, span.noise, returned=False)
                )
        return found
