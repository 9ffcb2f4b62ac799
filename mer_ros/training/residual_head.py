"""Multinomial logistic regression with a prior as its offset, and an L2 penalty on the deviation from it.

Given for each sample a prior Z (C), the log-probabilities of frozen networks, and features f (D), the scores
are

    s = exp(g) Z + A f + b + o_d

and A, b, g and the offset o_d of each data set d minimise, over samples weighted so that all classes have the
same total weight,

    mean cross-entropy(s) + |A|^2 / (2 n strength) + B |b|^2 / 2 + G g^2 / 2 + sum |o_d|^2 / (2 n spread^2).

In A, b and o this is convex. A low strength leaves the scores near the prior, a high one fits the samples.
The chosen strength has the least cross-entropy in a cross-validation over training subjects.

The offsets are for data sets that were collected together: one shows more surprise than another. They are
learned from training subjects as everything else, and shrunk to 0 like effects with a normal distribution of
standard deviation ``spread`` (a random intercept; Gelman and Hill, "Data Analysis Using Regression and
Multilevel/Hierarchical Models", 2007, chapter 12). A data set without training samples has offset 0.

The penalty keeps A in the span of the samples, so it is found in an orthonormal basis of that span, as in
``training.sample_basis``; a head costs a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax

from mer_ros.data.subjects import subject_folds
from mer_ros.training.entrant import NO_NAMES
from mer_ros.training.sample_basis import SampleBasis

Floats = NDArray[np.float64]

INNER_FOLDS = 4
_BIAS_PENALTY, _GAIN_PENALTY = 1e-3, 0.1
_RANK = 1e-6
"""Directions with less than this share of the largest variance are left out."""

_OPTIONS = {"maxiter": 100, "ftol": 1e-7, "gtol": 1e-5}


@dataclass(frozen=True, eq=False)
class ResidualHead:
    """weight: (D, C). bias: (C,). gain: factor of the prior, exp(g). strength: the chosen one. offsets: (C,)
    of each data set by name.
    """

    weight: Floats
    bias: Floats
    gain: float
    strength: float
    offsets: Mapping[str, Floats] = field(default_factory=dict)

    def __call__(self, prior: Floats, features: Floats, datasets: NDArray[np.str_] = NO_NAMES) -> Floats:
        """(m, C) log-probabilities of (m, C) priors and (m, D) features.

        datasets: (m,) names, or none: then, and for an unknown name, the offset is 0.
        """
        scores = self.gain * prior + features @ self.weight + self.bias
        for name, offset in self.offsets.items():
            if len(datasets):
                scores[datasets == name] += offset
        return np.asarray(log_softmax(scores, axis=1))


@dataclass(frozen=True, eq=False)
class ResidualFit:
    """A head, and (n, C) log-probabilities of its samples by heads of its strength fitted without their
    subjects.
    """

    head: ResidualHead
    held_out: Floats


def fit(
    prior: Floats,
    features: Floats,
    truth: NDArray[np.int64],
    subject_ids: NDArray[np.str_],
    strengths: Sequence[float],
    seed: int,
    datasets: NDArray[np.str_] = NO_NAMES,
    spread: float = 0.0,
) -> ResidualFit:
    """prior: (n, C). features: (n, D). truth: (n,). subject_ids: (n,). datasets: (n,) names, or none.

    spread: of the offsets of data sets; 0 for none. With one data set there are none either. An inner fold
    whose training side has one class is left out; with none left the lowest strength is chosen.
    """
    n, n_labels = prior.shape
    basis = SampleBasis.of(features, _RANK)
    names = np.unique(datasets).tolist() if spread and len(np.unique(datasets)) > 1 else []
    shown = np.array([datasets == name for name in names], np.float64).reshape(len(names), n).T  # (n, sets)
    coordinates, n_sets = np.concatenate([basis.coordinates, shown], 1), len(names)
    own = np.eye(n_labels, dtype=bool)[truth]
    counts = np.bincount(truth, minlength=n_labels)
    weights = (n / np.maximum(counts, 1))[truth]
    scores = np.tile(log_softmax(prior, axis=1), (len(strengths), 1, 1))
    scored = np.zeros(n, bool)
    for test in subject_folds(subject_ids, INNER_FOLDS, seed):
        if len(np.unique(truth[~test])) < 2:
            continue
        scored |= test
        found: Floats | None = None
        for i, strength in enumerate(strengths):
            ridge = _ridge(coordinates.shape[1], n_sets, strength, spread)
            found = _solve(prior[~test], coordinates[~test], own[~test], weights[~test], ridge, found)
            scores[i, test] = log_softmax(_scores(found, prior[test], coordinates[test]), axis=1)
    losses = [-(weights[scored] * one[scored][own[scored]]).sum() for one in scores]
    best = int(np.argmin(losses)) if scored.any() else 0
    ridge = _ridge(coordinates.shape[1], n_sets, strengths[best], spread)
    solution = _solve(prior, coordinates, own, weights, ridge, None)
    found_weight, bias, gain = _parts(solution, coordinates.shape[1], n_labels)
    weight, offsets = np.split(found_weight, [coordinates.shape[1] - n_sets])
    dense = basis.samples.T @ (basis.to_basis @ weight) / basis.scale  # (D, C)
    own_offsets = dict(zip(names, offsets, strict=True))
    head = ResidualHead(dense, bias - basis.mean @ dense, gain, float(strengths[best]), own_offsets)
    return ResidualFit(head, scores[best])


def _ridge(rank: int, n_sets: int, strength: float, spread: float) -> Floats:
    """(rank, 1) variances that the penalty assumes for the rows of the weight: its own, then the offsets."""
    return np.concatenate([np.full(rank - n_sets, strength), np.full(n_sets, spread**2)])[:, None]


def _parts(solution: Floats, rank: int, n_labels: int) -> tuple[Floats, Floats, float]:
    split = rank * n_labels
    return solution[:split].reshape(rank, n_labels), solution[split:-1], float(np.exp(solution[-1]))


def _scores(solution: Floats, prior: Floats, coordinates: Floats) -> Floats:
    weight, bias, gain = _parts(solution, coordinates.shape[1], prior.shape[1])
    return np.asarray(gain * prior + coordinates @ weight + bias)


def _solve(
    prior: Floats,
    coordinates: Floats,
    own: NDArray[np.bool_],
    weights: Floats,
    ridge: Floats,
    start: Floats | None,
) -> Floats:
    """The minimum of the loss, as one vector: weight, bias, log gain."""
    n, n_labels = prior.shape
    rank = coordinates.shape[1]
    penalty, shares = 1 / (n * ridge), weights / weights.sum()

    def loss(solution: Floats) -> tuple[float, Floats]:
        weight, bias, gain = _parts(solution, rank, n_labels)
        log_probabilities = log_softmax(gain * prior + coordinates @ weight + bias, axis=1)
        error = shares[:, None] * (np.exp(log_probabilities) - own)
        value = -(shares * log_probabilities[own]).sum() + (penalty / 2 * weight**2).sum()
        value += _BIAS_PENALTY / 2 * (bias**2).sum() + _GAIN_PENALTY / 2 * solution[-1] ** 2
        slope = [
            (coordinates.T @ error + penalty * weight).ravel(),
            error.sum(0) + _BIAS_PENALTY * bias,
            [gain * (error * prior).sum() + _GAIN_PENALTY * solution[-1]],
        ]
        return float(value), np.concatenate(slope)

    initial = np.zeros(rank * n_labels + n_labels + 1) if start is None else start
    return np.asarray(minimize(loss, initial, jac=True, method="L-BFGS-B", options=_OPTIONS).x)
