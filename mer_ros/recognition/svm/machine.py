"""Support vector machines, one class against the rest, as plain arrays.

scikit-learn fits them. Scores are computed from the arrays alone, so a model file needs no pickle and no
scikit-learn object. A score is the signed distance to the boundary of a class in units of its margin;
``checkpoint.Calibration`` turns scores into probabilities.

Both kinds of machine compute the contribution of each number of a feature to the lead of a label (its score
minus the mean score of all labels), relative to the average training clip. For a linear machine this is
exact: the contributions add up to the lead. For kernels they are integrated gradients (Sundararajan, Taly,
Yan, "Axiomatic Attribution for Deep Networks", arXiv:1703.01365, equation 1): the gradient of the lead,
averaged along the straight line from the average clip to this one, times their difference. By the
completeness axiom these also add up to the lead, up to the error of the quadrature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from mer_ros.recognition.svm.kernels import Features, Floats, Kernel
from mer_ros.recognition.svm.whitening import Whitening

UNSEEN_CLASS_SCORE = -1e4
"""Score of a class without training samples."""

QUADRATURE_POINTS = 6
"""Points of the Gauss-Legendre quadrature on the line from the average clip."""


@dataclass(frozen=True, eq=False)
class DualCoefficients:
    """Coefficients of one machine per class on n training samples. dual: (C, n). bias: (C,)."""

    dual: Floats
    bias: Floats

    def scores(self, kernel: Floats) -> Floats:
        """(m, n) kernel values with the training samples -> (m, C) scores."""
        return kernel @ self.dual.T + self.bias


def fit_duals(kernel: Floats, truth: NDArray[np.int64], n_labels: int, cost: float) -> DualCoefficients:
    """One machine per class on (n, n) kernel values, with classes weighted to be equally frequent.

    cost: penalty of a sample on the wrong side of its margin (scikit-learn's C). The score of a class without
    samples is UNSEEN_CLASS_SCORE; the score of the only class, which has no boundary, is 1.
    """
    from sklearn.svm import SVC  # imported here: it takes a second, and scoring does not need it

    dual, bias = np.zeros((n_labels, len(truth))), np.full(n_labels, UNSEEN_CLASS_SCORE)
    for label in np.unique(truth):
        own = truth == label
        if own.all():
            bias[label] = 1.0
            continue
        machine = SVC(C=cost, kernel="precomputed", class_weight="balanced").fit(kernel, own)
        dual[label, machine.support_] = machine.dual_coef_[0]
        bias[label] = machine.intercept_[0]
    return DualCoefficients(dual, bias)


@dataclass(frozen=True, eq=False)
class LinearMachine:
    """Scores that are linear in the feature.

    weights: (C, D). bias: (C,), the scores of the average feature. mean: (D,), the average feature.

    Example: C = 2 classes and D = 2 numbers. The lead of label 0 is 3 - (3 - 1) / 2 = 2.

    >>> machine = LinearMachine(np.array([[1.0, 1.0], [-1.0, 0.0]]), bias=np.zeros(2), mean=np.zeros(2))
    >>> feature = np.array([1.0, 2.0])
    >>> machine.scores(feature[None]).tolist(), machine.contributions(feature, label=0).tolist()
    ([[3.0, -1.0]], [1.0, 1.0])
    """

    weights: Floats
    bias: Floats
    mean: Floats
    exact: ClassVar[bool] = True

    def scores(self, features: Features) -> Floats:
        """(m, D) features -> (m, C) float64 scores."""
        return (features - self.mean) @ self.weights.T.astype(np.float64) + self.bias

    def contributions(self, feature: Features, label: int) -> Floats:
        """(D,) contributions; their sum is the lead of the label minus its lead for the average feature."""
        weights = self.weights.astype(np.float64)
        return (weights[label] - weights.mean(0)) * (feature - self.mean)


@dataclass(frozen=True, eq=False)
class KernelMachine:
    """Scores from kernels with the support vectors.

    columns: for each kernel, (D_m,) int64 indices of the features that it reads. support: for each kernel,
    (n, D_m) support vectors. kernels: the M kernels. mix: (M,) their weights, which sum to 1. duals:
    coefficients of the support vectors. mean: (D,) average feature. whitening: applied to the features first;
    only for a single kernel of all columns.
    """

    columns: Sequence[NDArray[np.int64]]
    support: Sequence[Features]
    kernels: Sequence[Kernel]
    mix: Floats
    duals: DualCoefficients
    mean: Floats
    whitening: Whitening | None = None
    exact: ClassVar[bool] = False

    def scores(self, features: Features) -> Floats:
        """(m, D) features -> (m, C) scores."""
        features = self._whitened(features)
        parts = zip(self.kernels, self.columns, self.support)
        kernels = [kernel(features[:, columns], own) for kernel, columns, own in parts]
        return self.duals.scores(mixed(kernels, self.mix))

    def contributions(self, feature: Features, label: int) -> Floats:
        """(D,) contributions; their sum is about the lead of the label minus that for the average feature."""
        dual = self.duals.dual[label] - self.duals.dual.mean(0)  # (n,)
        nodes, weights = np.polynomial.legendre.leggauss(QUADRATURE_POINTS)
        gradient = np.zeros(len(self.mean))
        for node, weight in zip((nodes + 1) / 2, weights / 2):
            gradient += weight * self._gradient(self.mean + node * (feature - self.mean), dual)
        return gradient * (feature - self.mean)

    def _gradient(self, feature: Floats, dual: Floats) -> Floats:
        """(D,) gradient of sum_i dual_i sum_m mix_m k_m(feature, support_i)."""
        inner = self._whitened(feature[None])[0]
        gradient = np.zeros(len(inner))
        for share, kernel, columns, support in zip(self.mix, self.kernels, self.columns, self.support):
            gradient[columns] += share * kernel.gradient(inner[columns], support, dual)
        return gradient if self.whitening is None else self.whitening.projection @ gradient

    def _whitened(self, features: Features) -> Features:
        return features if self.whitening is None else self.whitening(features)


Machine = LinearMachine | KernelMachine


def mixed(kernels: Sequence[Floats], mix: Sequence[float] | Floats) -> Floats:
    """Weighted sum of kernel values, mix[0] * kernels[0] + ..."""
    total = mix[0] * kernels[0]
    for share, kernel in zip(mix[1:], kernels[1:]):
        total += share * kernel
    return total
