"""Movements that come and go, against a resting position that itself drifts.

A head that sways leaves slow false movement on every region, larger than a micro-expression. So no resting
position is assumed: a span of the signal is held against the straight line between what was just before it
and what is just after it. What leaves that line in the middle and is on it at both ends is a bump. Spans of
many lengths are tried at every moment. How much a bump stands out is told by the action unit that it is most
like, as told from chance movements of that length (``spotting.noise_model``).

The contrast with both ends is that of MDMD and LBP feature difference (arXiv:1912.11985; Moilanen et al.,
ICPR 2014); theirs has one length and one frame at each end, and a threshold from the whole video.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mer_ros.spotting.noise_model import NoiseModel
from mer_ros.spotting.time_series import TimeSeriesBuffer

LENGTHS_S = (0.08, 0.12, 0.18, 0.26, 0.36, 0.5, 0.7, 1.0, 1.4)
END_S = 0.08
"""Rest before and after a span, over which the ends of the line are averaged."""

SMOOTH_S = 0.02
_FEWEST = 3  # frames in the shortest span
_TILT = 0.35  # most of a bump's height by which its two ends may differ along it
_SHORTEST = 0.9  # of the spans that stand out this nearly as much as the best, the shortest is the bump
_MOMENTS = 24  # at so many moments of a span at most it is looked at

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Transient:
    """One span of the signal that stands out.

    start_s: of the span. apex_s: where it stands out most. snr: by how many times what chance does there.
    moved: (2 G,) the movement there, interocular distances. filter: (2 G,) what tells it from chance
    movements, which it brings to a variance of 1. line: values before and after the span, (2, 2 G), which
    hold at line_s. chance: the noise of spans of its length.
    """

    start_s: float
    apex_s: float
    snr: float
    moved: Floats
    filter: Floats
    line: NDArray[np.float32]
    line_s: tuple[float, float]
    chance: NoiseModel

    @property
    def height(self) -> float:
        """Movement at the apex of the region that moves most, interocular distances."""
        return largest(self.moved)

    def ending(self, value: NDArray[np.float32], time_s: float) -> Transient:
        """The same bump with the far end of its line at a later (2 G,) value and moment, if that is rest."""
        line = np.stack([self.line[0], value])
        at_rest = abs(_tilt(line, self.filter)) <= _TILT * self.snr  # and not the next movement
        return replace(self, line=line, line_s=(self.line_s[0], time_s)) if at_rest else self

    def above_line(self, times_s: Floats, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 2 G) values of the signal at (N,) times, less the line."""
        return np.asarray(values - _line(times_s, self.line_s, self.line))


class TransientFinder:
    """Finds bumps that end now, and learns the noise."""

    def __init__(self) -> None:
        self._chance = [NoiseModel(length) for length in LENGTHS_S]
        self._last_s: float | None = None

    @property
    def chance(self) -> NoiseModel:
        """What is known of chance movements in spans of middle length."""
        return self._chance[len(LENGTHS_S) // 2]

    def look(self, signal: TimeSeriesBuffer, not_before_s: float) -> Transient | None:
        """The bump that ends with the signal and does not start before a time, if anything stands out."""
        times = signal.times
        now = float(times[-1])
        step_s = 0.0 if self._last_s is None else min(max(now - self._last_s, 0.0), 0.1)
        self._last_s = now
        after = signal.at(now - END_S + 1e-6)
        first = signal.at(now - 2 * END_S - LENGTHS_S[-1])
        if after >= len(signal) or first >= after:
            return None
        end_s, end_value = float(times[after:].mean()), signal.mean(after, len(signal))
        starts_s = times[after] - np.array(LENGTHS_S)
        befores, starts = signal.at_each(starts_s - END_S), signal.at_each(starts_s)
        # spans whose rest before is remembered; of two lengths that come to the same frames, the first
        whole = (times[0] <= starts_s - END_S) & (after - starts >= _FEWEST) & (befores < starts)
        lengths: list[int] = []
        for length in np.flatnonzero(whole).tolist():
            if not lengths or starts[length] != starts[lengths[-1]]:
                lengths.append(length)
        if not lengths:
            return None
        before, start = befores[lengths], starts[lengths]
        rest_s, rest = signal.means(before, start)
        tilts = end_value - rest
        span, moments = _moments(start, after)  # of all spans, one after the other
        share = ((times[moments] - rest_s[span]) / (end_s - rest_s[span])).astype(np.float32)
        left = signal.smoothed(first, after, SMOOTH_S)[moments - first] - rest[span]
        left -= tilts[span] * share[:, None]
        found: list[Transient] = []
        edges = np.searchsorted(span, np.arange(len(lengths) + 1)).tolist()
        for row, length in enumerate(lengths):
            chance, inside = self._chance[length], slice(edges[row], edges[row + 1])
            alike = left[inside] @ chance.filters  # (N, K)
            at, unit = divmod(int(alike.argmax()), alike.shape[1])
            snr, told = float(alike[at, unit]), chance.filters[:, unit]
            if starts_s[length] >= not_before_s and abs(float(tilts[row] @ told)) <= _TILT * snr:
                at += inside.start
                line, line_s = np.stack([rest[row], end_value]), (float(rest_s[row]), end_s)
                moved, apex_s = left[at].astype(np.float64), float(times[moments[at]])
                found.append(
                    Transient(float(starts_s[length]), apex_s, snr, moved, told, line, line_s, chance)
                )
            chance.learn(left[(inside.start + inside.stop) // 2], step_s)
        best = max((transient.snr for transient in found), default=0.0)
        return next((transient for transient in found if transient.snr >= _SHORTEST * best), None)


def _moments(starts: NDArray[np.intp], end: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """(M,) span and (M,) index of the moments at which spans that end together are looked at."""
    steps = -(-(end - starts) // _MOMENTS)
    counts = -(-(end - starts) // steps)
    span = np.repeat(np.arange(len(starts)), counts)
    return span, starts[span] + steps[span] * (np.arange(len(span)) - (np.cumsum(counts) - counts)[span])


def largest(movement: NDArray[np.floating]) -> float:
    """Length of the largest of G movements, (2 G,)."""
    return float(np.linalg.norm(movement.reshape(-1, 2), axis=1).max())


def _tilt(line: NDArray[np.float32], told: Floats) -> float:
    """How far the ends of a line, (2, 2 G), differ under a filter."""
    return float((line[1] - line[0]) @ told)


def _line(times_s: Floats, line_s: tuple[float, float], line: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 2 G) the straight line at (N,) times."""
    share = ((times_s - line_s[0]) / (line_s[1] - line_s[0])).astype(np.float32)[:, None]
    return np.asarray(line[0] + (line[1] - line[0]) * share)
