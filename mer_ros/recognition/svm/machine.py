"""Support vector machines, one class against the rest, as plain arrays.

scikit-learn fits them; what answers here are the arrays alone, so that a model file needs no pickle and no
scikit-learn object has to be rebuilt. A score is the signed distance to a class's boundary in units of its
margin; ``checkpoint.Calibration`` turns scores into probabilities.

Both kinds say what each number of a feature has contributed to the lead of a label (its score less the mean
score of all), against the average of the clips that were learned from. For a linear machine that is exact:
the terms add up to the lead. For kernels there is no exact share. What is given are integrated gradients
(Sundararajan, Taly, Yan, "Axiomatic Attribution for Deep Networks", arXiv:1703.01365, equation 1), the slope
of the lead averaged on the straight way from the average clip to this one, times the difference. By their
completeness axiom the terms add up to the lead, here but for the quadrature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from mer_ros.recognition.svm.kernels import Features, Floats, Kernel
from mer_ros.recognition.svm.whitening import Whitening

NEVER = -1e4
"""Score of a class that was not learned."""

STEPS = 6
"""Points of Gauss and Legendre's rule on the way from the average clip."""


@dataclass(frozen=True, eq=False)
class Duals:
    """What a machine learned on n samples: dual (C, n), bias (C,)."""

    dual: Floats
    bias: Floats

    def scores(self, kernel: Floats) -> Floats:
        """(m, n) kernel values with the learned samples -> (m, C)."""
        return kernel @ self.dual.T + self.bias


def fit_duals(kernel: Floats, truth: NDArray[np.int64], n_labels: int, cost: float) -> Duals:
    """One machine per class on (n, n) kernel values, classes weighted as if they were equally frequent.

    cost: what a sample on the wrong side of its margin costs (scikit-learn's C). Classes without a sample get
    NEVER, and a class that is the only one no boundary: score 1.
    """
    from sklearn.svm import SVC  # late: a second that answering does not need

    dual, bias = np.zeros((n_labels, len(truth))), np.full(n_labels, NEVER)
    for label in np.unique(truth):
        own = truth == label
        if own.all():
            bias[label] = 1.0
            continue
        machine = SVC(C=cost, kernel="precomputed", class_weight="balanced").fit(kernel, own)
        dual[label, machine.support_] = machine.dual_coef_[0]
        bias[label] = machine.intercept_[0]
    return Duals(dual, bias)


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
    duals: Duals
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
        """(D,) terms whose sum is about the lead of the label, less its lead for the average feature."""
        dual = self.duals.dual[label] - self.duals.dual.mean(0)  # (n,)
        places, shares = np.polynomial.legendre.leggauss(STEPS)
        slope = np.zeros(len(self.mean))
        for place, share in zip((places + 1) / 2, shares / 2):
            slope += share * self._slope(self.mean + place * (feature - self.mean), dual)
        return slope * (feature - self.mean)

    def _slope(self, feature: Floats, dual: Floats) -> Floats:
        """(D,) gradient of sum_i dual_i sum_m mix_m k_m(feature, support_i)."""
        inner = self._whitened(feature[None])[0]
        slope = np.zeros(len(inner))
        for share, kernel, columns, support in zip(self.mix, self.kernels, self.columns, self.support):
            slope[columns] += share * kernel.slope(inner[columns], support, dual)
        return slope if self.whitening is None else self.whitening.projection @ slope

    def _whitened(self, features: Features) -> Features:
        return features if self.whitening is None else self.whitening(features)


Machine = LinearMachine | KernelMachine


def mixed(kernels: Sequence[Floats], mix: Sequence[float] | Floats) -> Floats:
    """Sum of mix * kernel."""
    total = mix[0] * kernels[0]
    for share, kernel in zip(mix[1:], kernels[1:]):
        total += share * kernel
    return total
