"""Kernels between histograms or other features."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Features = NDArray[np.float32] | NDArray[np.float64]

KernelKind = Literal["rbf", "chi2"]

BATCH_ROWS = 64
"""Number of samples whose distances to all others are computed at a time."""


@dataclass(frozen=True)
class Kernel:
    """exp(-gamma d(a, b)).

    kind: ``rbf``, where d is the squared Euclidean distance; or ``chi2``, d = sum (a - b)^2 / (a + b) of
    non-negative numbers, with 0 for terms in which both are 0 (Zhang et al., "Local Features and Kernels for
    Classification of Texture and Object Categories", IJCV 73(2), 2007).

    Example: two histograms of D = 2 bins; their chi2 distance is 1/3.

    >>> a, b = np.array([[1.0, 1.0]]), np.array([[1.0, 1.0], [2.0, 1.0]])  # (1, 2) and (2, 2)
    >>> Kernel("chi2", gamma=3.0)(a, b).round(3).tolist()
    [[1.0, 0.368]]
    """

    kind: KernelKind
    gamma: float

    def __call__(self, a: Features, b: Features) -> Floats:
        """(m, D), (n, D) -> (m, n), 0..1."""
        return self.of_distance(distances(self.kind, a, b))

    def of_distance(self, distance: Floats) -> Floats:
        """Kernel values for distances."""
        return np.exp(-self.gamma * distance)

    def gradient(self, a: Floats, b: Features, weights: Floats) -> Floats:
        """(D,) gradient of sum_i weights_i k(a, b_i) at (D,) ``a``; b: (n, D), weights: (n,)."""
        factor = -self.gamma * weights * self(a[None], b)[0]  # (n,)
        out = np.zeros(len(a))
        for first in range(0, len(b), BATCH_ROWS):
            rows = slice(first, first + BATCH_ROWS)
            out += factor[rows] @ _DISTANCE_GRADIENTS[self.kind](a, b[rows].astype(np.float64))
        return out


def distances(kind: KernelKind, a: Features, b: Features) -> Floats:
    """(m, D), (n, D) -> (m, n) float64 distances d of ``Kernel``."""
    a, b = a.astype(np.float64, copy=False), b.astype(np.float64, copy=False)
    if kind == "rbf":
        return np.maximum((a * a).sum(1)[:, None] + (b * b).sum(1) - 2 * (a @ b.T), 0)
    from sklearn.metrics.pairwise import (
        additive_chi2_kernel,  # imported here: it takes a second, and rbf does not need it
    )

    return -additive_chi2_kernel(a, b)


def _rbf_gradient(a: Floats, b: Floats) -> Floats:
    """(n, D) gradient of the distances of ``a`` (D,) to ``b`` (n, D)."""
    return 2 * (a - b)


def _chi2_gradient(a: Floats, b: Floats) -> Floats:
    total = a + b
    inverse = np.divide(1, total, out=np.zeros_like(total), where=total > 0)
    return (a - b) * (a + 3 * b) * inverse * inverse


_DISTANCE_GRADIENTS: dict[KernelKind, Callable[[Floats, Floats], Floats]] = {
    "rbf": _rbf_gradient,
    "chi2": _chi2_gradient,
}


def pairwise_distances(kind: KernelKind, a: Features) -> Floats:
    """(n, D) -> (n, n) distances between samples; each pair is computed once."""
    a = a.astype(np.float64, copy=False)
    if kind == "rbf":
        return distances(kind, a, a)
    out = np.empty((len(a), len(a)))
    for first in range(0, len(a), BATCH_ROWS):
        rows = slice(first, first + BATCH_ROWS)
        out[rows, first:] = distances(kind, a[rows], a[first:])
        out[first:, rows] = out[rows, first:].T
    return out


def mean_distance_gamma(own: Floats) -> float:
    """1 / mean distance between different samples, from (n, n) distances: the usual choice for both kinds."""
    n = len(own)
    mean = own.sum() / max(n * (n - 1), 1)
    return 1 / mean if mean > 0 else 1.0
