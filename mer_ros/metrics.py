"""Recognition scores, all computed from confusion matrices, so that one bootstrap serves every score.

A confusion matrix is (..., C, C): rows are true classes, columns predicted ones. Leading axes are kept, so
that thousands of resampled matrices are scored at once. The matrices of all folds are added before scoring,
as in MEGC 2019 (See et al., "The Second Facial Micro-Expressions Grand Challenge", 2019):

    F1_c = 2 TP_c / (2 TP_c + FP_c + FN_c)      UF1 = mean over classes of F1_c
    recall_c = TP_c / n_c                       UAR = mean over classes of recall_c

Example::

>>> confusion = confusion_of(np.array([0, 0, 0, 0, 1, 1]), np.array([0, 0, 0, 1, 1, 1]), n_labels=2)
>>> confusion
array([[3, 1],
       [0, 2]])
>>> f1(confusion).round(3), recall(confusion)
(array([0.857, 0.8  ]), array([0.75, 1.  ]))
>>> round(float(uf1(confusion)), 3), float(uar(confusion))
(0.829, 0.875)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Confusion = NDArray[np.number[Any]]
"""(..., C, C) counts, or shares of the total."""

Metric = Callable[[NDArray[np.int64]], Floats]
"""(..., C, C) confusions -> (...) scores."""

ECE_BINS = 15


def confusion_of(truth: NDArray[np.int64], answers: NDArray[np.int64], n_labels: int) -> NDArray[np.int64]:
    """(C, C) int64 confusion matrix of (N,) true and predicted classes."""
    out = np.zeros((n_labels, n_labels), np.int64)
    np.add.at(out, (truth, answers), 1)
    return out


def accuracy(confusion: Confusion) -> Floats:
    """(...) share of correct predictions, 0..1; NaN for an empty matrix."""
    return _ratio(_right(confusion).sum(-1), confusion.sum((-2, -1)))


def f1(confusion: Confusion) -> Floats:
    """(..., C) F1 per class; NaN for a class that is never true and never predicted."""
    return _ratio(2 * _right(confusion), confusion.sum(-1) + confusion.sum(-2))


def recall(confusion: Confusion) -> Floats:
    """(..., C) recall per class; NaN for a class that is never true."""
    return _ratio(_right(confusion), confusion.sum(-1))


def precision(confusion: Confusion) -> Floats:
    """(..., C) precision per class; NaN for a class that is never predicted."""
    return _ratio(_right(confusion), confusion.sum(-2))


def macro_f1(confusion: Confusion) -> Floats:
    """Mean F1 of the classes that occur as true or predicted (``average="macro"`` of scikit-learn)."""
    return _mean_of_known(f1(confusion))


def uf1(confusion: Confusion) -> Floats:
    """Mean F1 of all classes of the protocol; a class that does not occur counts as 0 (MEGC 2019)."""
    return np.asarray(np.nan_to_num(f1(confusion)).mean(-1))


def uar(confusion: Confusion) -> Floats:
    """Mean recall of the classes that occur as true (MEGC 2019)."""
    return _mean_of_known(recall(confusion))


METRICS: dict[str, Metric] = {"accuracy": accuracy, "macro_f1": macro_f1, "uf1": uf1, "uar": uar}
"""Name to score, for all tables."""


def calibration_error(
    truth: NDArray[np.int64], probabilities: NDArray[np.float64], bins: int = ECE_BINS
) -> float:
    """Expected calibration error of the best label, 0..1 (Guo et al., arXiv:1706.04599, equation 3).

    truth: (N,). probabilities: (N, C). The confidences are sorted into ``bins`` bins (k/bins, (k+1)/bins].
    The error is the mean over samples of |accuracy - mean confidence| of their bin. NaN without samples.
    """
    if not len(truth):
        return float("nan")
    confidence = probabilities.max(1)
    right = probabilities.argmax(1) == truth
    index = _bins_of(confidence, bins)
    gaps = np.bincount(index, right, bins) - np.bincount(index, confidence, bins)
    return float(np.abs(gaps).sum() / len(truth))


class Reliability(NamedTuple):
    """One bin of confidences: number of samples, their mean confidence and share of right answers, 0..1."""

    samples: int
    confidence: float
    accuracy: float


def reliability(
    truth: NDArray[np.int64], probabilities: NDArray[np.float64], bins: int = ECE_BINS
) -> list[Reliability]:
    """The bins of ``calibration_error`` that contain samples, in the order of their confidence.

    Example::

    >>> reliability(np.array([0, 1]), np.array([[0.75, 0.25], [1.0, 0.0]]), bins=2)
    [Reliability(samples=2, confidence=0.875, accuracy=0.5)]
    """
    confidence = probabilities.max(1)
    right = probabilities.argmax(1) == truth
    index = _bins_of(confidence, bins)
    return [
        Reliability(int(own.sum()), float(confidence[own].mean()), float(right[own].mean()))
        for own in (index == k for k in range(bins))
        if own.any()
    ]


def _bins_of(confidence: Floats, bins: int) -> NDArray[np.int64]:
    """(N,) number of the bin (k/bins, (k+1)/bins] of each confidence."""
    return np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)


def _right(confusion: Confusion) -> Confusion:
    return np.diagonal(confusion, axis1=-2, axis2=-1)


def _ratio(part: Confusion, whole: Confusion) -> Floats:
    """``part / whole``; NaN where the whole is 0."""
    part, whole = np.asarray(part), np.asarray(whole)
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)


def _mean_of_known(values: Floats) -> Floats:
    """Mean over the last axis without NaN values; NaN where all values are."""
    known = ~np.isnan(values)
    return _ratio(np.nan_to_num(values).sum(-1), known.sum(-1))
