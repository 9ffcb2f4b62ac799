"""Selection of the cells of a grid: multi-regional joint sparse learning.

After Cen et al., Sensors 20(16):4437, 2020. [ours]: the form of the objective, its solver and the choice of
strengths. The features X_r (n, F) of every cell r (all three histograms of ELCBP together, so that a cell is
selected for all of them or for none) predict the labels Y (n, C), one column per class:

    minimise  1/2 ||Y - sum_r X_r W_r||_F^2 + l1 sum_r ||W_r||_F + l2 ||W||_1      over W_r (F, C)

Columns of X and Y are centred, which is equivalent to a free intercept. The problem is a sparse group lasso
(Simon, Friedman, Hastie, Tibshirani, JCGS 22(2), 2013). It is solved by FISTA (Beck and Teboulle, SIAM J.
Imaging Sciences 2(1), 2009) with restarts on a working set of cells; a pass over all cells then finds those
that must be added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros.recognition.svm.kernels import Features

Values = NDArray[np.floating[Any]]

TOLERANCE = 1e-2
"""Tolerated residual of the optimality conditions, as a share of l1 + l2.

One tenth of this tolerance doubles the time and changes one selected cell in forty.
"""

ITERATIONS = 5000
TINY = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True, eq=False)
class Selection:
    """Weights (cells, F, C) at one strength; a cell is selected if any of its weights is not 0."""

    weights: Values

    @property
    def cells(self) -> NDArray[np.int64]:
        """Indices of the selected cells, ascending."""
        return np.flatnonzero(np.any(self.weights != 0, axis=(1, 2)))


def path(features: Features, labels: Values, shares: tuple[float, ...], mix: float) -> list[Selection]:
    """The regularisation path: one selection per share, each initialised with the one before.

    features: (n, cells, F). labels: (n, C). shares: strengths as shares of ``largest_strength``, below 1,
    descending. mix: share of a strength that is l2; the rest is l1.
    """
    # Single precision: memory bandwidth limits the speed, and rounding errors are far below TOLERANCE.
    x = (features - features.mean(0, dtype=np.float64)).astype(np.float32)
    y = (labels - labels.mean(0)).astype(np.float32)
    largest = largest_strength(_correlation(x, y), mix)
    weights = np.zeros((*x.shape[1:], y.shape[1]), np.float32)
    selections = []
    for share in shares:
        strength = share * largest
        weights = solve(x, y, (1 - mix) * strength, mix * strength, weights)
        selections.append(Selection(weights))
    return selections


def solve(x: Values, y: Values, l1: float, l2: float, start: Values) -> Values:
    """The minimiser (cells, F, C) for centred (n, cells, F) and (n, C)."""
    weights = start.copy()
    working = np.any(weights != 0, axis=(1, 2))
    while True:
        cells = np.flatnonzero(working)
        weights[cells] = _fista(np.ascontiguousarray(x[:, cells]), y, l1, l2, weights[cells])
        residual = y - np.tensordot(x[:, cells], weights[cells], 2)
        norms = np.linalg.norm(_soft(_correlation(x, residual), l2), axis=(1, 2))
        missing = ~working & (norms > l1 * (1 + TOLERANCE))
        if not missing.any():
            return weights
        working |= missing


def prox(weights: Values, l1: float, l2: float) -> Values:
    """The V that minimises 1/2 ||V - W||^2 + l1 sum ||V_r||_F + l2 ||V||_1.

    First every number is shrunk, then every cell.

    Example: (2, 2, 1) weights of two cells; the second cell becomes 0.

    >>> prox(np.array([[[5.0], [1.0]], [[1.5], [0.5]]]), l1=1.0, l2=1.0).ravel().tolist()
    [3.0, 0.0, 0.0, 0.0]
    """
    shrunk = _soft(weights, l2)
    norms = np.linalg.norm(shrunk, axis=(1, 2), keepdims=True)
    return shrunk * np.maximum(1 - l1 / np.maximum(norms, TINY), 0)


def largest_strength(correlation: Values, mix: float) -> float:
    """The smallest strength at which W = 0 is optimal. correlation: (cells, F, C), X_r^T Y."""
    low, high = 0.0, float(np.linalg.norm(correlation, axis=(1, 2)).max() / max(1 - mix, 1e-9))
    for _ in range(50):
        middle = (low + high) / 2
        zero = np.linalg.norm(_soft(correlation, mix * middle), axis=(1, 2)).max() <= (1 - mix) * middle
        low, high = (low, middle) if zero else (middle, high)
    return high


def _fista(x: Values, y: Values, l1: float, l2: float, start: Values) -> Values:
    """Accelerated proximal gradient steps until the optimality conditions hold, at most ITERATIONS."""
    if not x.size:
        return start
    curvature = _largest_curvature(x.reshape(len(x), -1))
    weights, ahead, momentum = start, start, 1.0
    for _ in range(ITERATIONS):
        gradient = -_correlation(x, y - np.tensordot(x, ahead, 2))
        new = prox(ahead - gradient / curvature, l1 / curvature, l2 / curvature)
        step = new - ahead
        if curvature * np.abs(step).max() <= TOLERANCE * (l1 + l2):
            return new
        if np.vdot(step, new - weights) < 0:  # the step reverses: restart the momentum
            momentum = 1.0
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = new + (momentum - 1) / following * (new - weights)
        weights, momentum = new, following
    return weights


def _largest_curvature(x: Values) -> float:
    """Largest eigenvalue of X^T X plus 1 %, an upper bound for the step length."""
    from scipy.sparse.linalg import LinearOperator, eigsh  # imported here: scoring does not need it

    n = len(x)
    if n < 3:
        return float(np.linalg.norm(x, 2) ** 2) + TINY
    gram = LinearOperator((n, n), matvec=lambda v: x @ (x.T @ v), dtype=np.float64)
    largest = eigsh(gram, 1, v0=np.ones(n) + np.arange(n) / n, tol=1e-3, return_eigenvectors=False)
    return 1.01 * float(largest[0]) + TINY


def _correlation(x: Values, residual: Values) -> Values:
    """(cells, F, C): X_r^T residual of every cell."""
    return np.tensordot(x, residual, (0, 0))


def _soft(values: Values, by: float) -> Values:
    return np.sign(values) * np.maximum(np.abs(values) - by, 0)
