"""Support vector machines, one class against the rest, as plain arrays.

scikit-learn fits them; scores are computed from the arrays alone, so a model file needs no pickle and no
scikit-learn object has to be rebuilt. A score is the signed distance to a class's boundary in units of its
margin; ``checkpoint.Calibration`` turns scores into probabilities.

Both kinds of machine compute what each number of a feature contributes to the lead of a label (its score less
the mean score of all labels), relative to the average training clip. For a linear machine that is exact: the
terms add up to the lead. For kernels they are integrated gradients (Sundararajan, Taly, Yan, "Axiomatic
Attribution for Deep Networks", arXiv:1703.01365, equation 1): the gradient of the lead, averaged along the
straight line from the average clip to this one, times their difference. By the completeness axiom these terms
add up to the lead too, up to the error of the quadrature.
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
"""Points of the Gauss-Legendre rule on the line from the average clip."""


@dataclass(frozen=True, eq=False)
class DualCoefficients:
    """Of one machine per class on n training samples. dual: (C, n). bias: (C,)."""

    dual: Floats
    bias: Floats

    def scores(self, kernel: Floats) -> Floats:
        """(m, n) kernel values with the training samples -> (m, C)."""
        return kernel @ self.dual.T + self.bias


def fit_duals(kernel: Floats, truth: NDArray[np.int64], n_labels: int, cost: float) -> DualCoefficients:
    """One machine per class on (n, n) kernel values, classes weighted as if they were equally frequent.

    cost: penalty of a sample on the wrong side of its margin (scikit-learn's C). Classes without a sample get
    UNSEEN_CLASS_SCORE; a class that is the only one has no boundary and gets score 1.
    """
    from sklearn.svm import SVC  # late: takes a second, and scoring does not need it

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
    """Scores linear in the feature.

    weights: (C, D). bias: (C,), the scores of the average feature. mean: (D,), that feature.
    """

    weights: Floats
    bias: Floats
    mean: Floats
    exact: ClassVar[bool] = True

    def scores(self, features: Features) -> Floats:
        """(m, D) -> (m, C) float64."""
        return (features - self.mean) @ self.weights.T.astype(np.float64) + self.bias

    def contributions(self, feature: Features, label: int) -> Floats:
        """(D,) terms whose sum is the lead of the label, less its lead for the average feature."""
        weights = self.weights.astype(np.float64)
        return (weights[label] - weights.mean(0)) * (feature - self.mean)


@dataclass(frozen=True, eq=False)
class KernelMachine:
    """Scores from kernels with the support vectors.

    columns: per kernel, which of the D features it reads, (D_m,) int64. support: per kernel, (n, D_m) of the
    support vectors. kernels: the kernels. mix: (M,) their weights, on the simplex. duals: of the support
    vectors. mean: (D,) average feature. whitening: applied to the features first, for a single kernel of all
    columns.
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
        """(m, D) -> (m, C)."""
        features = self._whitened(features)
        parts = zip(self.kernels, self.columns, self.support)
        kernels = [kernel(features[:, columns], own) for kernel, columns, own in parts]
        return self.duals.scores(mixed(kernels, self.mix))

    def contributions(self, feature: Features, label: int) -> Floats:
        """(D,) terms whose sum is nearly the lead of the label, less its lead for the average feature."""
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
    """Sum of mix * kernel."""
    total = mix[0] * kernels[0]
    for share, kernel in zip(mix[1:], kernels[1:]):
        total += share * kernel
    return total
