"""A linear classifier for few samples of many features, its strength chosen by cross-validation over
subjects.

Multinomial logistic regression with balanced classes and an L2 penalty (scikit-learn's). The features are
centred and divided by one number, the root mean square of their length, so that a strength means the same for
all kinds of features. The penalty keeps the weights in the span of the samples, so the problem is solved in
an orthonormal basis of that span (``training.sample_basis``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from mer_ros.data.subjects import subject_folds
from mer_ros.training.sample_basis import SampleBasis

Floats = NDArray[np.float64]

STRENGTHS = (0.01, 0.1, 1.0, 10.0, 100.0, 1000.0)
"""Weight of the data against the penalty (scikit-learn's C), from strong to weak regularisation."""

INNER_FOLDS = 4
_TOLERANCE, _ITERATIONS = 1e-3, 1000
_RANK = 1e-9
"""Directions with less than this share of the largest variance are rounding errors."""


@dataclass(frozen=True, eq=False)
class LinearHead:
    """(m, F) features -> (m, n_labels) probabilities.

    basis: of the training features. strength: the chosen one.
    """

    basis: SampleBasis
    model: LogisticRegression
    n_labels: int
    strength: float

    def __call__(self, features: Floats) -> Floats:
        """Probabilities; 0 for a class without a training sample."""
        basis = self.basis
        coordinates = ((features - basis.mean) / basis.scale) @ basis.samples.T @ basis.to_basis
        return spread(self.model.predict_proba(coordinates), self.model.classes_, self.n_labels)


def fit(
    features: Floats, truth: NDArray[np.int64], subject_ids: NDArray[np.str_], n_labels: int, seed: int
) -> LinearHead:
    """features: (n, F). The strength has the least balanced cross-entropy on held-out subjects."""
    basis = SampleBasis.of(features, _RANK)
    strength = _choose(basis.coordinates, truth, subject_ids, seed)
    model = _model(strength).fit(basis.coordinates, truth)
    return LinearHead(basis, model, n_labels, strength)


def _choose(coordinates: Floats, truth: NDArray[np.int64], subject_ids: NDArray[np.str_], seed: int) -> float:
    """The strength of least balanced cross-entropy over inner folds by subject.

    An inner fold whose training side has one class is left out; with none left the middle strength is chosen.
    """
    counts = np.bincount(truth)
    rarity = len(truth) / np.maximum(counts, 1)
    losses = np.zeros(len(STRENGTHS))
    for test in subject_folds(subject_ids, INNER_FOLDS, seed):
        if len(np.unique(truth[~test])) < 2:
            continue
        model = _model(STRENGTHS[0])
        for i, strength in enumerate(STRENGTHS):
            model.set_params(C=strength).fit(coordinates[~test], truth[~test])
            probabilities = spread(model.predict_proba(coordinates[test]), model.classes_, len(counts))
            own = np.take_along_axis(probabilities, truth[test][:, None], 1)[:, 0]
            losses[i] -= (rarity[truth[test]] * np.log(np.maximum(own, 1e-12))).sum()
    return STRENGTHS[int(losses.argmin())] if losses.any() else STRENGTHS[len(STRENGTHS) // 2]


def _model(strength: float) -> LogisticRegression:
    return LogisticRegression(
        C=strength, class_weight="balanced", tol=_TOLERANCE, max_iter=_ITERATIONS, warm_start=True
    )


def spread(probabilities: Floats, classes: NDArray[np.int64], n_labels: int) -> Floats:
    """(m, trained classes) probabilities -> (m, n_labels); 0 for the others."""
    out = np.zeros((len(probabilities), n_labels))
    out[:, classes] = probabilities
    return out
