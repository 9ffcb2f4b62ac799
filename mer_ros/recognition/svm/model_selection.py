"""Hyperparameters of a machine, chosen by cross-validation over the training subjects.

Every score on which a choice is based comes from a machine, a selection of cells and a whitening that were
fitted without the scored subject. The hyperparameters are chosen one after the other (candidate kernel, mix
of kernels, cost), because a grid of all combinations takes too long for its small gain.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import DataError, quantity
from mer_ros.progress import SILENT, Progress, counter
from mer_ros.recognition.svm.fitted_kernels import FittedKernel, KernelFitter
from mer_ros.recognition.svm.kernels import Features, Floats
from mer_ros.recognition.svm.machine import Machine, fit_duals, mixed

COSTS = (0.01, 0.1, 1.0, 10.0, 100.0)
FOLDS = 4
TASK = "choosing settings"
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Hyperparameters:
    """One choice of hyperparameters.

    candidate: index of the fitted kernel. mix: weights of the kernels, with sum 1. cost: scikit-learn's C.
    """

    candidate: int
    mix: tuple[float, ...]
    cost: float


@dataclass(frozen=True, eq=False)
class SelectedMachine:
    """A machine fitted to all training samples with the chosen hyperparameters.

    held_out: (n, C) scores of the training samples, each by a machine with the same hyperparameters that was
    fitted without its subject; the calibration uses them.
    """

    machine: Machine
    hyperparameters: Hyperparameters
    held_out: Floats


def select_machine(
    features: Features,
    truth: Labels,
    subject_ids: NDArray[np.str_],
    n_labels: int,
    fitter: KernelFitter,
    costs: Sequence[float] = COSTS,
    mix_steps: int = 4,
    progress: Progress = SILENT,
) -> SelectedMachine:
    """Choose hyperparameters by mean recall over held-out subjects, then fit the machine to all samples.

    features: (n, D). truth: (n,), labels 0..n_labels - 1. subject_ids: (n,). mix_steps: weights of kernels
    are multiples of 1/mix_steps. Raises DataError for fewer than two subjects or classes.
    """
    found = (
        f"{quantity(len(np.unique(subject_ids)), 'subject')} and "
        f"{quantity(len(np.unique(truth)), 'class', 'classes')}"
    )
    if len(np.unique(subject_ids)) < 2 or len(np.unique(truth)) < 2:
        raise DataError(f"Cross-validation is not possible with {found}: add clips for two or more of each.")
    masks = inner_folds(subject_ids)
    total = len(masks) + 2  # the folds, the fit to all samples, and the choice
    advance = counter(progress, TASK, total)
    folds = []
    for number, held_out in enumerate(masks, start=1):
        folds.append(_Fold(features, truth, held_out, n_labels, fitter))
        advance(number)
    candidates = fitter(features, truth)
    advance(total - 1)
    n_kernels = len(candidates[0].gram)
    best = Hyperparameters(0, (1 / n_kernels,) * n_kernels, costs[len(costs) // 2])
    if len(candidates) > 1:
        best, _ = _best(folds, truth, [replace(best, candidate=i) for i in range(len(candidates))])
    if n_kernels > 1:
        mixes = [best.mix, *simplex(n_kernels, mix_steps)]
        best, _ = _best(folds, truth, [replace(best, mix=mix) for mix in mixes])
    best, scores = _best(folds, truth, [replace(best, cost=cost) for cost in costs])
    chosen = candidates[best.candidate]
    duals = fit_duals(mixed(chosen.gram, best.mix), truth, n_labels, best.cost)
    advance(total)
    return SelectedMachine(chosen.machine(duals, best.mix), best, scores)


def simplex(number: int, steps: int) -> list[tuple[float, ...]]:
    """All weights of ``number`` kernels that are multiples of 1/steps and sum to 1, most uniform first.

    >>> simplex(2, steps=2)
    [(0.5, 0.5), (0.0, 1.0), (1.0, 0.0)]
    """
    grid = [w for w in itertools.product(range(steps + 1), repeat=number) if sum(w) == steps]
    grid.sort(key=lambda weights: (sum(w * w for w in weights), weights))
    return [tuple(w / steps for w in weights) for weights in grid]


def inner_folds(subject_ids: NDArray[np.str_]) -> list[NDArray[np.bool_]]:
    """Masks (n,) of the held-out samples, one for each of at most FOLDS folds.

    Every subject is held out once, with all its samples; the folds have about the same number of samples.
    """
    names, counts = np.unique(subject_ids, return_counts=True)
    loads = np.zeros(min(FOLDS, len(names)), int)
    fold_of = {}
    for i in np.argsort(-counts, kind="stable"):
        fold_of[names[i]] = int(loads.argmin())
        loads[loads.argmin()] += counts[i]
    folds = np.array([fold_of[subject] for subject in subject_ids])
    return [folds == k for k in range(len(loads))]


def mean_recall(truth: Labels, scores: Floats) -> float:
    """UAR: share of samples with the highest score for their class, averaged over the classes that occur."""
    right = scores.argmax(1) == truth
    return float(np.mean([right[truth == label].mean() for label in np.unique(truth)]))


class _Fold:
    """Held-out subjects and those to fit; the kernel values of a candidate are computed once."""

    def __init__(
        self,
        features: Features,
        truth: Labels,
        held_out: NDArray[np.bool_],
        n_labels: int,
        fitter: KernelFitter,
    ) -> None:
        self.held_out, self.n_labels = held_out, n_labels
        self._truth = truth[~held_out]
        self._features = features[held_out]
        self._candidates: Sequence[FittedKernel] = fitter(features[~held_out], self._truth)
        self._values: dict[int, list[Floats]] = {}

    def scores(self, chosen: Hyperparameters) -> Floats:
        """(m, C) scores of the m held-out samples."""
        candidate = self._candidates[chosen.candidate]
        if chosen.candidate not in self._values:
            self._values[chosen.candidate] = candidate.values(self._features)
        duals = fit_duals(mixed(candidate.gram, chosen.mix), self._truth, self.n_labels, chosen.cost)
        return duals.scores(mixed(self._values[chosen.candidate], chosen.mix))


def _best(
    folds: Sequence[_Fold], truth: Labels, choices: Sequence[Hyperparameters]
) -> tuple[Hyperparameters, Floats]:
    """The first choice with the highest mean recall, and its (n, C) scores."""
    results = []
    for choice in choices:
        scores = np.empty((len(truth), folds[0].n_labels))
        for fold in folds:
            scores[fold.held_out] = fold.scores(choice)
        results.append((mean_recall(truth, scores), choice, scores))
    _, choice, scores = max(results, key=lambda result: result[0])
    return choice, scores
