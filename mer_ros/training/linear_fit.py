"""The fit of linear readers: a logistic regression on pixels or on features, and prototypes in the whitened
space of its scores.

The loss of the regression is convex and mirror-symmetric (a movement and its mirror image have the same
label), so training on every sample and its mirror image equals training on the mean of the two, with half the
samples. Half of that mean is redundant: its right side is the mirror image of the left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from mer_ros.motion.normalisation import mirror_flow
from mer_ros.training.entrant import symmetric

Floats = NDArray[np.float64]

_TOLERANCE, _ITERATIONS = 1e-3, 500
_LEAST_VARIANCE = 1e-6
"""Variances of the scores are raised to this share of the largest, so that the whitening stays finite."""


@dataclass(frozen=True, eq=False)
class LinearFit:
    """weight: (C, 3, S, S). bias: (C,). The logits of a sample x are the sum of weight * x, plus bias."""

    weight: Floats
    bias: Floats

    def scores(self, samples: NDArray[np.float32]) -> Floats:
        """(N, 3, S, S) -> (N, C) logits."""
        return np.asarray(np.tensordot(samples, self.weight, ((1, 2, 3), (1, 2, 3))) + self.bias)


@dataclass(frozen=True, eq=False)
class FeatureFit:
    """weight: (C, D), bias: (C,), of features (N, D)."""

    weight: Floats
    bias: Floats


@dataclass(frozen=True, eq=False)
class PrototypeFit:
    """weight: (D, 3, S, S), bias: (D,): the latent. prototypes: (C, D). shares: (C,).
    decoded: (C, 3, S, S) class means.
    """

    weight: Floats
    bias: Floats
    prototypes: Floats
    shares: Floats
    decoded: Floats


def fit_logistic(
    samples: NDArray[np.float32], truth: NDArray[np.int64], n_labels: int, penalty: float
) -> LinearFit:
    """Minimise the mean cross-entropy + penalty / 2 |weight|^2 over the samples and their mirror images.

    samples: (N, 3, S, S) scaled, S even. truth: (N,). A class without samples gets a bias of -20.
    """
    shape, half = samples.shape[1:], samples.shape[-1] // 2
    left = symmetric(samples)[..., :half].reshape(len(samples), -1) * np.float32(np.sqrt(2))
    moving = np.abs(left).max(0) > 0  # the samples are 0 outside the face window
    pixels = left[:, moving]
    found = fit_features(pixels, truth, n_labels, penalty)
    weight = np.zeros((n_labels, left.shape[1]))
    weight[:, moving] = found.weight / np.sqrt(2)
    sides = weight.reshape(n_labels, *shape[:-1], half)
    return LinearFit(np.concatenate([sides, mirror_flow(sides)], -1), found.bias)


def fit_features(
    features: NDArray[np.float32], truth: NDArray[np.int64], n_labels: int, penalty: float
) -> FeatureFit:
    """Minimise the mean cross-entropy + penalty / 2 |weight|^2.

    features: (N, D). truth: (N,). A class without samples gets a bias of -20.
    """
    model = LogisticRegression(C=1 / (penalty * len(features)), tol=_TOLERANCE, max_iter=_ITERATIONS)
    model.fit(features, truth)
    found, offset = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # scikit-learn gives one row for two classes
        found, offset = np.vstack([-found, found]) / 2, np.concatenate([-offset, offset]) / 2
    weight, bias = np.zeros((n_labels, features.shape[1])), np.full(n_labels, -20.0)
    weight[model.classes_], bias[model.classes_] = found, offset
    return FeatureFit(weight, bias)


def fit_prototypes(
    reader: LinearFit, samples: NDArray[np.float32], truth: NDArray[np.int64], n_labels: int
) -> PrototypeFit:
    """Class means in the whitened space of a reader's scores.

    The scores of C classes span C - 1 dimensions; in these, the covariance within classes becomes the
    identity. A class without samples takes the mean of all.
    """
    even = symmetric(samples)
    basis = np.linalg.qr(np.eye(n_labels) - 1 / n_labels)[0][:, : n_labels - 1]  # (C, D), orthogonal to 1
    latent = reader.scores(even) @ basis
    shown = np.bincount(truth, minlength=n_labels) > 0
    means = np.stack([latent[truth == c].mean(0) if shown[c] else latent.mean(0) for c in range(n_labels)])
    within = np.cov((latent - means[truth]).T, bias=True).reshape(n_labels - 1, n_labels - 1)
    variances, vectors = np.linalg.eigh(within)
    variances = np.maximum(variances, _LEAST_VARIANCE * max(float(variances[-1]), 1e-12))
    whiten = vectors / np.sqrt(variances)  # (D, D)
    through = (basis @ whiten).T  # (D, C)
    decoded = np.stack([(even[truth == c] if shown[c] else even).mean(0) for c in range(n_labels)])
    weight = np.tensordot(through, reader.weight, 1)
    shares = np.maximum(np.bincount(truth, minlength=n_labels), 0.5) / len(truth)
    return PrototypeFit(weight, through @ reader.bias, means @ whiten, shares, decoded)
