"""Scores of the probability of a yes-or-no question, such as whether an action unit moved."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

BINS = 10


def area_under_curve(truth: Bools, scores: NDArray[np.floating]) -> float:
    """Area under the ROC curve: probability that a yes scores higher than a no, ties count half.

    truth, scores: (N,). NaN where one of the two answers does not occur.

    >>> area_under_curve(np.array([True, False, True, False]), np.array([0.9, 0.2, 0.4, 0.6]))
    0.75
    """
    own = int(truth.sum())
    if own in (0, len(truth)):
        return float("nan")
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((ranks[truth].sum() - own * (own + 1) / 2) / (own * (len(truth) - own)))


def binary_calibration_error(truth: Bools, probabilities: NDArray[np.floating], bins: int = BINS) -> float:
    """Expected calibration error of "yes", 0..1: mean over samples of |share of yes - mean probability| of
    their bin of equal width. truth, probabilities: (N,). NaN without samples.

    >>> binary_calibration_error(np.array([True, True, False, False]), np.array([0.7, 0.7, 0.1, 0.1]))
    0.2
    """
    if not len(truth):
        return float("nan")
    index = np.clip((np.asarray(probabilities) * bins).astype(int), 0, bins - 1)
    gaps = np.bincount(index, truth, bins) - np.bincount(index, probabilities, bins)
    return round(float(np.abs(gaps).sum() / len(truth)), 12)


def brier_score(truth: Bools, probabilities: NDArray[np.floating]) -> float:
    """Mean squared difference of (N,) probabilities and truth, 0..1 (Brier, Mon. Weather Rev. 78, 1950)."""
    return float(np.mean((np.asarray(probabilities, np.float64) - truth) ** 2))
