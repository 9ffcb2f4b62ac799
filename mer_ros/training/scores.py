"""Scores of recognition from a confusion matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Scores:
    """confusion: (C, C) int64, rows are the truth, columns the answers."""

    confusion: NDArray[np.int64]

    @classmethod
    def of(cls, truth: NDArray[np.int64], answers: NDArray[np.int64], n_labels: int) -> Scores:
        """Count (N,) true and answered classes."""
        confusion = np.zeros((n_labels, n_labels), np.int64)
        np.add.at(confusion, (truth, answers), 1)
        return cls(confusion)

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0..1."""
        return float(np.trace(self.confusion) / max(self.confusion.sum(), 1))

    @property
    def f1(self) -> NDArray[np.float64]:
        """(C,) F1 per class, 2 TP / (2 TP + FP + FN); 0 for a class that is neither true nor answered."""
        right = np.diag(self.confusion)
        return np.asarray(2 * right / np.maximum(self.confusion.sum(0) + self.confusion.sum(1), 1))

    @property
    def uf1(self) -> float:
        """Unweighted mean of the classes' F1 (MEGC 2019)."""
        return float(self.f1.mean())

    @property
    def uar(self) -> float:
        """Unweighted mean of the classes' recall, over classes that occur."""
        n = self.confusion.sum(1)
        return float((np.diag(self.confusion)[n > 0] / n[n > 0]).mean()) if n.any() else 0.0
