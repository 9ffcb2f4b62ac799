"""A movement as a non-negative sum of action-unit patterns.

Lawson and Hanson, "Solving Least Squares Problems", 1974; SciPy's implementation.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls


class AuAmounts(NamedTuple):
    """amounts: (K,) float64, >= 0, of the patterns. residual: norm of what they leave, unit of the target."""

    amounts: NDArray[np.float64]
    residual: float


def solve_au_amounts(patterns: NDArray[np.float64], target: NDArray[np.float64]) -> AuAmounts:
    """Amounts a >= 0 that minimise ||target - a @ patterns||.

    patterns: (K, D), one action unit a row; target: (D,). Muscles only pull, so no amount is negative.

    Example: patterns [[1, 0], [0, 1]] and target [2, -1] give amounts [2, 0] and residual 1.
    """
    amounts, residual = nnls(patterns.T, target)
    return AuAmounts(amounts, float(residual))
