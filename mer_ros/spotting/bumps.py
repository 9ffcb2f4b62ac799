"""Movements that come and go, against a resting position that itself drifts.

A head that sways leaves slow false movement on every region, larger than a micro-expression. So no resting
position is assumed: a span of the signal is held against the straight line between what was just before it
and what is just after it. What leaves that line in the middle and is on it at both ends is a bump. Spans of
many lengths are tried at every moment; how large bumps are by chance is learned for each length and region.

The contrast with both ends is that of MDMD and LBP feature difference (arXiv:1912.11985; Moilanen et al.,
ICPR 2014); theirs has one length and one frame at each end, and a threshold from the whole video.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mer_ros.spotting.signal import Signal

LENGTHS_S = (0.08, 0.12, 0.18, 0.26, 0.36, 0.5, 0.7, 1.0, 1.4)
END_S = 0.08
"""Rest before and after a span, over which the ends of the line are averaged."""

SMOOTH_S = 0.02
_FEWEST = 3  # frames in the shortest span
_TILT = 0.35  # most of a bump's height by which its two ends may differ along it
_SHORTEST = 0.9  # of the spans that stand out this nearly as much as the best, the shortest is the bump
_NOISE, _MOST_NOISE = 2e-3, 2e-2  # interocular distances: at first, and at most
_LEAST_NOISE = 4e-4  # for the shortest spans; it grows by as much a second of the span
_LEARNING = 0.4  # a second: relative speed with which the noise follows, and ...
_FIRST_S, _FIRST_LEARNING = 1.2, 18.0  # ... faster at first
_MEDIAN_TO_SIGMA = 1.2


@dataclass(frozen=True, eq=False)
class Bump:
    """One span of the signal that stands out.

    start_s: of the span. apex_s: where it stands out most. snr: by how many times its noise.
    height: there, of the region that moves most. pattern: (G, 2) the movement there. line: values before and
    after the span, (2, G, 2), which hold at line_s.
    """

    start_s: float
    apex_s: float
    snr: float
    height: float
    pattern: NDArray[np.float32]
    line: NDArray[np.float32]
    line_s: tuple[float, float]

    def ending(self, value: NDArray[np.float32], time_s: float) -> Bump:
        """The same bump with the far end of its line at a later (2 G,) value and moment, if that is rest."""
        line = np.stack([self.line[0], value.reshape(-1, 2)])
        at_rest = _tilt(line, self.pattern) <= _TILT  # and not the next movement
        return replace(self, line=line, line_s=(self.line_s[0], time_s)) if at_rest else self

    def curve(self, times_s: NDArray[np.float64], values: NDArray[np.float32]) -> NDArray[np.float64]:
        """(N,) movement along the pattern, 1 at the apex; values: (N, 2 G) of the signal at (N,) times."""
        left = values.reshape(len(values), -1, 2) - _line(times_s, self.line_s, self.line)
        return np.asarray((left * self.pattern).sum((1, 2)) / max(float((self.pattern**2).sum()), 1e-12))


class BumpFinder:
    """Finds bumps that end now, and learns the noise."""

    def __init__(self, regions: int) -> None:
        self._noise = np.full((len(LENGTHS_S), regions), _NOISE)
        self._learned_s = 0.0
        self._last_s: float | None = None

    @property
    def noise(self) -> NDArray[np.float64]:
        """(G,) noise of each region in spans of middle length, fraction of the interocular distance."""
        return self._noise[len(LENGTHS_S) // 2]

    def look(self, signal: Signal, not_before_s: float) -> Bump | None:
        """The bump that ends with the signal and does not start before a time, if anything stands out."""
        times = signal.times
        now = float(times[-1])
        step_s = 0.0 if self._last_s is None else min(max(now - self._last_s, 0.0), 0.1)
        self._last_s = now
        after = signal.at(now - END_S + 1e-6)
        first = signal.at(now - 2 * END_S - LENGTHS_S[-1])
        if after >= len(signal) or first >= after:
            return None
        smooth = signal.smoothed(first, after, SMOOTH_S).reshape(after - first, -1, 2)
        end_value = signal.mean(after, len(signal)).reshape(-1, 2)
        end_s = float(times[after:].mean())
        found: list[Bump] = []
        seen = 0
        for noise, length in zip(self._noise, LENGTHS_S, strict=True):
            start_s = float(times[after]) - length
            if times[0] > start_s - END_S:
                break
            before, start = signal.at(start_s - END_S), signal.at(start_s)
            if after - start < _FEWEST or after - start == seen or before == start:
                continue
            seen = after - start
            line = np.stack([signal.mean(before, start).reshape(-1, 2), end_value])
            line_s = (float(times[before:start].mean()), end_s)
            left = smooth[start - first :] - _line(times[start:after], line_s, line)
            size = np.linalg.norm(left, axis=2)
            at, snr = _most(size / noise)
            if _tilt(line, left[at]) <= _TILT and start_s >= not_before_s:
                apex_s, height = float(times[start + at]), float(size[at].max())
                found.append(Bump(start_s, apex_s, snr, height, left[at], line, line_s))
            self._learn(noise, size[len(size) // 2], step_s, _LEAST_NOISE * (1 + length))
        self._learned_s += step_s
        best = max((bump.snr for bump in found), default=0.0)
        return next((bump for bump in found if bump.snr >= _SHORTEST * best), None)

    def _learn(
        self, noise: NDArray[np.float64], size: NDArray[np.float32], step_s: float, least: float
    ) -> None:
        """Let one length's noise follow the median of what stands in the middle of its spans, in place.

        A median does not care how large the movements are that it is exceeded by.
        """
        rate = _LEARNING * (_FIRST_LEARNING if self._learned_s < _FIRST_S else 1.0)
        noise *= np.exp(rate * step_s * np.sign(_MEDIAN_TO_SIGMA * size - noise))
        np.clip(noise, least, _MOST_NOISE, out=noise)


def _most(snr: NDArray[np.float64]) -> tuple[int, float]:
    """Row of the greatest of (N, G) values, and the value."""
    at = int(snr.max(1).argmax())
    return at, float(snr[at].max())


def _tilt(line: NDArray[np.float32], pattern: NDArray[np.float32]) -> float:
    """How far the ends of a line, (2, G, 2), differ along a pattern, (G, 2), as a share of the pattern."""
    return abs(float(((line[1] - line[0]) * pattern).sum())) / max(float((pattern**2).sum()), 1e-12)


def _line(
    times_s: NDArray[np.float64], line_s: tuple[float, float], line: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(N, G, 2) the straight line at (N,) times."""
    share = ((times_s - line_s[0]) / (line_s[1] - line_s[0])).astype(np.float32)[:, None, None]
    return np.asarray(line[0] + (line[1] - line[0]) * share)
