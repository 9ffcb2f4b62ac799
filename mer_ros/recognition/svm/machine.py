"""Support vector machines, one class against the rest, as plain arrays.

scikit-learn fits them; what answers here are the arrays alone, so that a model file needs no pickle and no
scikit-learn object has to be rebuilt. A score is the signed distance to a class's boundary in units of its
margin; ``checkpoint.Calibration`` turns scores into probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.recognition.svm.kernels import Features, Floats, Kernel
from mer_ros.recognition.svm.whitening import Whitening

NEVER = -1e4
"""Score of a class that was not learned."""


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
    """Scores linear in the feature: weights (C, D) float64, bias (C,) float64."""

    weights: Floats
    bias: Floats

    def scores(self, features: Features) -> Floats:
        """(m, D) -> (m, C)."""
        return features @ self.weights.T + self.bias

    def contributions(self, feature: Features, label: int) -> Floats:
        """(D,) terms whose sum, and the bias, is the label's score against the mean score of all labels."""
        return (self.weights[label] - self.weights.mean(0)) * feature


@dataclass(frozen=True, eq=False)
class KernelMachine:
    """Scores from kernels with the support vectors.

    columns: per kernel, which of the D features it reads, (D_m,) int64. support: per kernel, (n, D_m) of the
    support vectors. kernels: the kernels. mix: (M,) their weights, on the simplex. duals: of the support
    vectors. whitening: applied to the features first, for a single kernel of all columns.
    """

    columns: Sequence[NDArray[np.int64]]
    support: Sequence[Features]
    kernels: Sequence[Kernel]
    mix: Floats
    duals: Duals
    whitening: Whitening | None = None

    def scores(self, features: Features) -> Floats:
        """(m, D) -> (m, C)."""
        if self.whitening is not None:
            features = self.whitening(features)
        parts = zip(self.kernels, self.columns, self.support)
        kernels = [kernel(features[:, columns], own) for kernel, columns, own in parts]
        return self.duals.scores(mixed(kernels, self.mix))


Machine = LinearMachine | KernelMachine


def mixed(kernels: Sequence[Floats], mix: Sequence[float] | Floats) -> Floats:
    """Sum of mix * kernel."""
    total = mix[0] * kernels[0]
    for share, kernel in zip(mix[1:], kernels[1:]):
        total += share * kernel
    return total
