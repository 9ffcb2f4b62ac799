"""Apex of a movement under a unimodal constraint: all movements of a face rise, then fall.

ME-PLAN (Zhao et al., Neural Networks 153:427-443, 2022) finds the apex by a unimodal pattern constraint. Its
formula was not available; this one is ours [ours]: the apex t of a curve y minimises

    SSE of the best non-decreasing fit to y[0..t] + SSE of the best non-increasing fit to y[t..n]

summed over the curves of all regions of the face, so the regions that move most determine the apex. The
isotonic least-squares fits are SciPy's pool-adjacent-violators algorithm.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_EQUAL_COST = 1e-9  # costs that differ by less than this share of the curves' variation count as equal


def unimodal_cost(curve: NDArray[np.integer | np.floating]) -> NDArray[np.float64]:
    """(T,) values over time -> (T,) squared error of the best curve that rises until t and falls after it.

    >>> print(unimodal_cost(np.array([0, 1, 2, 1, 0])))  # T = 5; only t = 2 fits without error
    [2.  0.5 0.  0.5 2. ]
    """
    last = len(curve) - 1
    rising = [_error(curve[: t + 1], increasing=True) for t in range(last + 1)]
    falling = [_error(curve[t:], increasing=False) for t in range(last + 1)]
    return np.array(rising) + np.array(falling)


def unimodal_apex(curves: NDArray[np.integer | np.floating]) -> int:
    """(R, T) curves, one per region, T >= 1 -> the common apex, 0..T - 1.

    If several apexes have the same cost (a plateau, a face that does not move), the middle one is returned.

    Example: R = 2 regions over T = 6 frames; the second moves more and determines the apex.

    >>> unimodal_apex(np.array([[0, 1, 0, 0, 0, 0], [0, 2, 4, 6, 8, 3]]))
    4
    """
    cost = np.sum([unimodal_cost(curve) for curve in curves], axis=0)
    variation = float(np.square(curves - curves.mean(1, keepdims=True)).sum())
    alike = np.flatnonzero(cost <= cost.min() + _EQUAL_COST * variation)
    return int(alike[len(alike) // 2])


def _error(values: NDArray[np.integer | np.floating], increasing: bool) -> float:
    if len(values) < 2:
        return 0.0
    from scipy.optimize import isotonic_regression  # here: 10 MB, which the recogniser does not need

    values = np.asarray(values, np.float64)
    return float(np.square(values - isotonic_regression(values, increasing=increasing).x).sum())
