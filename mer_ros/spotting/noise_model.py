"""How movements by chance look on one face: a covariance over all motion groups, learned while it is watched.

What a swaying head, soft light or a noisy sensor leave on a face is not the same everywhere, and what it
does to one region it does to others too: an error of the rigid fit moves all of them at once. Weighing each
region by its own noise alone leaves most of that in. With the covariance S of chance movements, a pattern d
is best told from them by the filter S^-1 d (the matched filter for coloured noise; Kay, "Fundamentals of
Statistical Signal Processing II", 1998, section 5.4): movements by chance come out with a variance of 1,
whatever they look like.

A prior stands in until enough has been seen: noise of its own in every group, and errors of the rigid fit.
What is unlikely as chance counts less, so that expressions do not teach the noise. The learning is our own.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mer_ros.spotting.unit_patterns import head_patterns, unit_patterns

OWN, HEAD = 7e-4, 2.5e-3  # of the prior: interocular distances, for a span of 1 s
MEMORY_S = 30.0
PRIOR_S = 1.5  # so long a look weighs as much as the prior
SHRINK = 0.08  # towards a covariance without relations: what few samples cannot tell
UNLIKELY = 2.5  # times the usual size: what is larger counts less
FOLLOWING = 0.4  # a second: how fast it is understood that all movements have become larger
_REFRESH_S = 0.24


class NoiseModel:
    """The noise of spans of one length."""

    def __init__(self, length_s: float) -> None:
        moved, head = unit_patterns().moved, head_patterns()
        size = moved.shape[1]
        growth = 0.35 + length_s
        self._prior = growth**2 * (OWN**2 * np.eye(size) + HEAD**2 * head.T @ head / 6)
        self._seen = np.zeros((size, size))
        self._seen_s = 0.0
        self._usual = 1.0  # size of a chance movement of late, 1 as expected
        self._fresh_s = np.inf
        self._patterns = moved.T  # (2 G, K)
        self._whitening: NDArray[np.float64] | None = None
        self._refresh()

    def learn(self, movement: NDArray[np.floating], step_s: float) -> None:
        """Take one (2 G,) movement that is chance, as far as one knows; step_s: since the last."""
        size = float(movement @ self._inverse @ movement) / len(movement)
        weight = min(1.0, (UNLIKELY * self._usual / max(size, 1e-9)) ** 2)
        self._usual *= math.exp(FOLLOWING * step_s * (1 if size > self._usual else -1))
        self._usual = max(self._usual, 1.0)
        keep = max(1 - step_s / MEMORY_S, 0.0)
        self._seen *= keep
        self._seen += np.multiply.outer(weight * step_s * movement, movement)
        self._seen_s = keep * self._seen_s + step_s
        self._fresh_s += step_s
        if self._fresh_s >= _REFRESH_S:
            self._refresh()

    @property
    def size(self) -> NDArray[np.float64]:
        """(G,) of chance movements in each region, standard deviation, interocular distances."""
        return np.asarray(np.sqrt(np.diag(self.covariance).reshape(-1, 2).sum(1)))

    @property
    def whitening(self) -> NDArray[np.float64]:
        """(2 G, 2 G) brings chance movements to a covariance of 1."""
        if self._whitening is None:
            self._whitening = np.linalg.cholesky(self._inverse).T
        return self._whitening

    def _refresh(self) -> None:
        found = (self._seen + PRIOR_S * self._prior) / (self._seen_s + PRIOR_S)
        own = np.diag(np.diag(found))
        self.covariance = (1 - SHRINK) * found + SHRINK * own
        self._inverse = np.linalg.inv(self.covariance)
        self._whitening = None
        weighted = self._inverse @ self._patterns
        self.filters = weighted / np.sqrt((self._patterns * weighted).sum(0))  # (2 G, K)
        self._fresh_s = 0.0
