"""A linear head that starts from an opinion and is pulled back to it.

Given for each sample an opinion Z (C), what frozen networks think, and features f (D), the scores are

    s = exp(g) Z + A f + b

and A, b, g minimise, over samples weighted so that classes count alike,

    mean cross-entropy(s) + |A|^2 / (2 n strength) + B |b|^2 / 2 + G g^2 / 2.

In A and b this is convex: multinomial logistic regression with an offset and an L2 pull of its deviation from
the opinion. A weak strength trusts the opinion, a great one fits the samples. The strength has the least
cross-entropy on training people held out in turn.

The penalty keeps A in the span of the samples, so it is found in an orthonormal basis of that span, as in
``evaluation.linear_head``; a head costs a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from mer_ros.data.subjects import subject_folds

Floats = NDArray[np.float64]

INNER_FOLDS = 4
_PULL_BIAS, _PULL_GAIN = 1e-3, 0.1
_RANK = 1e-6
"""Directions with less than this share of the largest variance are left out."""

_OPTIONS = {"maxiter": 100, "ftol": 1e-7, "gtol": 1e-5}


@dataclass(frozen=True, eq=False)
class ResidualHead:
    """weight: (D, C). bias: (C,). gain: of the opinion. strength: the chosen one."""

    weight: Floats
    bias: Floats
    gain: float
    strength: float

    def __call__(self, opinion: Floats, features: Floats) -> Floats:
        """(m, C) log-probabilities of (m, C) opinions and (m, D) features."""
        return log_softmax(self.gain * opinion + features @ self.weight + self.bias)


@dataclass(frozen=True, eq=False)
class Learned:
    """A head, and the (n, C) log-probabilities that heads of its strength gave to people held out."""

    head: ResidualHead
    held_out: Floats


def learn(
    opinion: Floats,
    features: Floats,
    truth: NDArray[np.int64],
    subject_ids: NDArray[np.str_],
    strengths: Sequence[float],
    seed: int,
) -> Learned:
    """opinion: (n, C). features: (n, D). truth: (n,). people: (n,).

    An inner fold that would learn one class is left out; where none is left the least strength stands.
    """
    n, n_labels = opinion.shape
    mean, scale, samples, coordinates, to_basis = _basis(features)
    own = np.eye(n_labels, dtype=bool)[truth]
    counts = np.bincount(truth, minlength=n_labels)
    weights = (n / np.maximum(counts, 1))[truth]
    scores = np.tile(log_softmax(opinion), (len(strengths), 1, 1))
    told = np.zeros(n, bool)
    for asked in subject_folds(subject_ids, INNER_FOLDS, seed):
        if len(np.unique(truth[~asked])) < 2:
            continue
        told |= asked
        found: Floats | None = None
        for i, strength in enumerate(strengths):
            found = _solve(
                opinion[~asked], coordinates[~asked], own[~asked], weights[~asked], strength, found
            )
            scores[i, asked] = log_softmax(_scores(found, opinion[asked], coordinates[asked]))
    losses = [-(weights[told] * one[told][own[told]]).sum() for one in scores]
    best = int(np.argmin(losses)) if told.any() else 0
    solution = _solve(opinion, coordinates, own, weights, strengths[best], None)
    weight, bias, gain = _parts(solution, coordinates.shape[1], n_labels)
    dense = samples.T @ (to_basis @ weight) / scale  # (D, C)
    head = ResidualHead(dense, bias - mean @ dense, gain, float(strengths[best]))
    return Learned(head, scores[best])


def log_softmax(scores: Floats) -> Floats:
    """(m, C) scores -> log-probabilities."""
    lowered = scores - scores.max(1, keepdims=True)
    return np.asarray(lowered - np.log(np.exp(lowered).sum(1, keepdims=True)))


def _basis(features: Floats) -> tuple[Floats, float, Floats, Floats, Floats]:
    """Mean and scale of (n, D) features, the samples so scaled, their (n, r) coordinates, and (n, r) to
    get them.
    """
    mean = features.mean(0)
    samples = features - mean
    scale = max(float(np.sqrt((samples**2).sum(1).mean())), 1e-12)
    samples /= scale
    variances, vectors = np.linalg.eigh(samples @ samples.T)
    kept = variances > _RANK * variances[-1]
    kept[-1] = True  # samples that are all alike still get a bias
    lengths = np.sqrt(np.maximum(variances[kept], 1e-24))
    return mean, scale, samples, vectors[:, kept] * lengths, vectors[:, kept] / lengths


def _parts(solution: Floats, rank: int, n_labels: int) -> tuple[Floats, Floats, float]:
    split = rank * n_labels
    return solution[:split].reshape(rank, n_labels), solution[split:-1], float(np.exp(solution[-1]))


def _scores(solution: Floats, opinion: Floats, coordinates: Floats) -> Floats:
    weight, bias, gain = _parts(solution, coordinates.shape[1], opinion.shape[1])
    return np.asarray(gain * opinion + coordinates @ weight + bias)


def _solve(
    opinion: Floats,
    coordinates: Floats,
    own: NDArray[np.bool_],
    weights: Floats,
    strength: float,
    start: Floats | None,
) -> Floats:
    """The least of the loss, as one vector: weight, bias, log gain."""
    n, n_labels = opinion.shape
    rank = coordinates.shape[1]
    pull, shares = 1 / (n * strength), weights / weights.sum()

    def loss(solution: Floats) -> tuple[float, Floats]:
        weight, bias, gain = _parts(solution, rank, n_labels)
        chances = log_softmax(gain * opinion + coordinates @ weight + bias)
        error = shares[:, None] * (np.exp(chances) - own)
        value = -(shares * chances[own]).sum() + pull / 2 * (weight**2).sum()
        value += _PULL_BIAS / 2 * (bias**2).sum() + _PULL_GAIN / 2 * solution[-1] ** 2
        slope = [
            (coordinates.T @ error + pull * weight).ravel(),
            error.sum(0) + _PULL_BIAS * bias,
            [gain * (error * opinion).sum() + _PULL_GAIN * solution[-1]],
        ]
        return float(value), np.concatenate(slope)

    initialise = np.zeros(rank * n_labels + n_labels + 1) if start is None else start
    return np.asarray(minimize(loss, initialise, jac=True, method="L-BFGS-B", options=_OPTIONS).x)
