"""Scores of recognition, all from confusion matrices, so that one bootstrap serves every score.

A confusion is (..., C, C): rows are the truth, columns the answers; leading axes are kept, so that thousands
of resampled confusions are scored at once. Confusions of several folds are added before they are scored, as
the organisers of MEGC 2019 do (See et al., "The Second Facial Micro-Expressions Grand Challenge", 2019):

    F1_c = 2 TP_c / (2 TP_c + FP_c + FN_c)      UF1 = mean over classes of F1_c
    recall_c = TP_c / n_c                       UAR = mean over classes of recall_c
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Confusion = NDArray[np.number[Any]]
"""(..., C, C) counts, or shares of all."""

Metric = Callable[[NDArray[np.int64]], Floats]
"""(..., C, C) confusions -> (...) scores."""

ECE_BINS = 15


def confusion_of(truth: NDArray[np.int64], answers: NDArray[np.int64], n_labels: int) -> NDArray[np.int64]:
    """(C, C) int64 counts of (N,) true and answered classes."""
    out = np.zeros((n_labels, n_labels), np.int64)
    np.add.at(out, (truth, answers), 1)
    return out


def accuracy(confusion: Confusion) -> Floats:
    """Share of right answers, 0..1; NaN of nothing."""
    return _ratio(_right(confusion).sum(-1), confusion.sum((-2, -1)))


def f1(confusion: Confusion) -> Floats:
    """(..., C) F1 per class; NaN for a class that is neither true nor answered."""
    return _ratio(2 * _right(confusion), confusion.sum(-1) + confusion.sum(-2))


def recall(confusion: Confusion) -> Floats:
    """(..., C) recall per class; NaN for a class that is never true."""
    return _ratio(_right(confusion), confusion.sum(-1))


def precision(confusion: Confusion) -> Floats:
    """(..., C) precision per class; NaN for a class that is never answered."""
    return _ratio(_right(confusion), confusion.sum(-2))


def macro_f1(confusion: Confusion) -> Floats:
    """Mean F1 of the classes that are true or answered somewhere (scikit-learn's ``average="macro"``)."""
    return _mean_of_known(f1(confusion))


def uf1(confusion: Confusion) -> Floats:
    """Mean F1 of all classes of the protocol: one that is neither true nor answered counts 0 (MEGC 2019)."""
    return np.asarray(np.nan_to_num(f1(confusion)).mean(-1))


def uar(confusion: Confusion) -> Floats:
    """Mean recall of the classes that are true somewhere (MEGC 2019)."""
    return _mean_of_known(recall(confusion))


METRICS: dict[str, Metric] = {"accuracy": accuracy, "macro_f1": macro_f1, "uf1": uf1, "uar": uar}
"""The scores of every table, by name."""


def calibration_error(
    truth: NDArray[np.int64], probabilities: NDArray[np.float64], bins: int = ECE_BINS
) -> float:
    """Expected calibration error of the best label, 0..1 (Guo et al., arXiv:1706.04599, equation 3).

    truth: (N,). probabilities: (N, C). The confidences fall into ``bins`` bins (k/bins, (k+1)/bins]; the
    error is the mean over samples of |share right - mean confidence| of their bin. NaN without samples.
    """
    if not len(truth):
        return float("nan")
    confidence = probabilities.max(1)
    right = probabilities.argmax(1) == truth
    index = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    gaps = np.bincount(index, right, bins) - np.bincount(index, confidence, bins)
    return float(np.abs(gaps).sum() / len(truth))


def _right(confusion: Confusion) -> Confusion:
    return np.diagonal(confusion, axis1=-2, axis2=-1)


def _ratio(part: Confusion, whole: Confusion) -> Floats:
    """``part / whole``; NaN where the whole is 0."""
    part, whole = np.asarray(part), np.asarray(whole)
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)


def _mean_of_known(values: Floats) -> Floats:
    """Mean over the last axis without NaN; NaN where all are."""
    known = ~np.isnan(values)
    return _ratio(np.nan_to_num(values).sum(-1), known.sum(-1))
