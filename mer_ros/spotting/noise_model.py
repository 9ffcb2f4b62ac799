"""Chance movements of one face: their covariance over all motion groups, learned from the stream.

The movement that a swaying head, dim light or a noisy sensor leave on a face differs between regions and is
correlated between them: an error of the rigid fit moves all regions at once. Weighting each region by its own
noise would ignore that. With the covariance S of chance movements, a pattern d is best separated from them by
the filter S^-1 d (the matched filter for coloured noise; Kay, "Fundamentals of Statistical Signal Processing
II", 1998, section 5.4). Scaled by 1 / sqrt(d' S^-1 d), its output for chance movements has a variance of 1.

Until enough has been measured, a prior is used: independent noise in every group, and errors of the rigid
fit. Movements that are unlikely to be chance get less weight, so that expressions do not raise the noise. The
learning rule is our own.

Example: ten seconds in which each of the G = 21 groups jitters by 0.07 % of the interocular distance.

>>> jitter = np.random.default_rng(0).normal(scale=0.0007, size=(1000, 42))  # (N, 2 G), one row per 10 ms
>>> noise = NoiseModel(length_s=0.36)
>>> for movement in jitter:
...     noise.learn(movement, step_s=0.01)
>>> noise.covariance.shape, noise.filters.shape  # (2 G, 2 G) and (2 G, K)
((42, 42), (42, 102))
>>> print((jitter @ noise.filters).std().round(1))  # of chance movements under the matched filters
1.0
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mer_ros.spotting.unit_patterns import UnitPatterns, head_patterns, unit_patterns

_GROUP_NOISE = 7e-4  # prior: independent noise of each group in a span of 1 s, interocular distances
_HEAD_NOISE = 2.5e-3  # prior: errors of the rigid fit in a span of 1 s, interocular distances
_PRIOR_OFFSET_S = 0.35  # prior noise is proportional to the length of a span plus this
_MEMORY_S = 30.0  # time constant with which measured movements are forgotten
_PRIOR_WEIGHT_S = 1.5  # the prior has the weight of this much measured time
_SHRINKAGE = 0.08  # towards a diagonal covariance: few samples do not determine the correlations
_MAX_TYPICAL_SIZE = 2.5  # multiple of the typical size above which movements get less weight
_ADAPTATION_HZ = 0.4  # rate at which the typical size follows the movements
_REFRESH_S = 0.24  # least time between two updates of the filters
_REFRESH_SHARE = 0.03  # of all measured time: a shorter time changes the covariance little


class NoiseModel:
    """Chance movements in spans of the length ``length_s``.

    patterns: the K patterns to separate from chance; ``unit_patterns`` if None. covariance: (2 G, 2 G),
    squared interocular distances. filters: (2 G, K), the matched filters of the patterns as columns.
    """

    def __init__(self, length_s: float, patterns: UnitPatterns | None = None) -> None:
        self.patterns = patterns or unit_patterns()
        moved, head = self.patterns.moved, head_patterns()
        size = moved.shape[1]
        growth = _PRIOR_OFFSET_S + length_s
        self._prior = growth**2 * (_GROUP_NOISE**2 * np.eye(size) + _HEAD_NOISE**2 * head.T @ head / 6)
        self._scatter = np.zeros((size, size))  # without the movements since the last refresh
        self._recent: list[NDArray[np.float64]] = []  # these movements
        self._weights_s: list[float] = []  # weight of each, in measured time
        self._keeps: list[float] = []  # share of everything before that each leaves
        self._scatter_s = 0.0
        self._typical_size = 1.0  # of chance movements; 1 is the size that the covariance predicts
        self._since_refresh_s = np.inf
        self._patterns = moved.T  # (2 G, K)
        self._whitening: NDArray[np.float64] | None = None
        self._refresh()

    def learn(self, movement: NDArray[np.floating], step_s: float) -> None:
        """Add one (2 G,) movement that is probably chance; step_s: time since the previous one."""
        moved = np.array(movement, np.float64)  # a copy: it is kept
        size = float(moved @ self._inverse @ moved) / len(moved)
        weight = min(1.0, (_MAX_TYPICAL_SIZE * self._typical_size / max(size, 1e-9)) ** 2)
        self._typical_size *= math.exp(_ADAPTATION_HZ * step_s * (1 if size > self._typical_size else -1))
        self._typical_size = max(self._typical_size, 1.0)
        keep = max(1 - step_s / _MEMORY_S, 0.0)
        self._recent.append(moved)
        self._weights_s.append(weight * step_s)
        self._keeps.append(keep)
        self._scatter_s = keep * self._scatter_s + step_s
        self._since_refresh_s += step_s
        if self._since_refresh_s >= max(_REFRESH_S, _REFRESH_SHARE * self._scatter_s):
            self._refresh()

    @property
    def size(self) -> NDArray[np.float64]:
        """(G,) standard deviation of chance movements in each region, interocular distances."""
        return np.asarray(np.sqrt(np.diag(self.covariance).reshape(-1, 2).sum(1)))

    @property
    def whitening(self) -> NDArray[np.float64]:
        """(2 G, 2 G) transform after which chance movements have the identity as covariance."""
        if self._whitening is None:
            self._whitening = np.linalg.cholesky(self._inverse).T
        return self._whitening

    def _add_recent(self) -> None:
        """Add the movements since the last refresh to the scatter: one product for all of them."""
        if not self._recent:
            return
        kept = np.cumprod(self._keeps[::-1])[::-1]  # share of what was before each that is left now
        moved = np.stack(self._recent)
        weights_s = np.array(self._weights_s) * np.append(kept[1:], 1.0)
        self._scatter = kept[0] * self._scatter + (moved.T * weights_s) @ moved
        self._recent, self._weights_s, self._keeps = [], [], []

    def _refresh(self) -> None:
        self._add_recent()
        found = (self._scatter + _PRIOR_WEIGHT_S * self._prior) / (self._scatter_s + _PRIOR_WEIGHT_S)
        diagonal = np.diag(np.diag(found))
        self.covariance = (1 - _SHRINKAGE) * found + _SHRINKAGE * diagonal
        self._inverse = np.linalg.inv(self.covariance)
        self._whitening = None
        weighted = self._inverse @ self._patterns
        self.filters = weighted / np.sqrt((self._patterns * weighted).sum(0))  # (2 G, K)
        self._since_refresh_s = 0.0
