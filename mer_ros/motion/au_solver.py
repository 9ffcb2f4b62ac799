"""Decomposition of a movement into a non-negative sum of action-unit patterns.

Lawson and Hanson, "Solving Least Squares Problems", 1974; SciPy's implementation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls


class AuAmounts(NamedTuple):
    """Solution for K patterns.

    amounts: (K,) float64, >= 0, one per pattern. residual: norm of the unexplained part, unit of the target.
    """

    amounts: NDArray[np.float64]
    residual: float


def solve_au_amounts(patterns: NDArray[np.float64], target: NDArray[np.float64]) -> AuAmounts:
    """Amounts a >= 0 that minimise ||target - a @ patterns||.

    patterns: (K, D), one action unit per row; target: (D,). Muscles only pull, so no amount is negative.

    Example with K = 2 patterns of length D = 3; the second pattern points away from the target:

    >>> patterns = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    >>> amounts, residual = solve_au_amounts(patterns, np.array([2.0, 2.0, -1.0]))
    >>> print(amounts.round(6), round(residual, 6))
    [2. 0.] 1.0
    """
    amounts, residual = nnls(patterns.T, target)
    return AuAmounts(amounts, float(residual))
