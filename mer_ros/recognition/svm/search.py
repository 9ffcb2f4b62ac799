"""Settings of a machine, chosen on people held out in turn among those to learn from.

Nobody else is touched: every score by which a setting is judged comes from a machine, a selection of cells
and a whitening that have not seen the person. The search goes along one setting after another (front, then
mix of kernels, then cost), because their grid is too large for the gain of all combinations.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import DataError
from mer_ros.recognition.svm.fronts import Front, Maker
from mer_ros.recognition.svm.kernels import Features, Floats
from mer_ros.recognition.svm.machine import Machine, fit_duals, mixed

COSTS = (0.01, 0.1, 1.0, 10.0, 100.0)
INNER_FOLDS = 4
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Setting:
    """front: index into what the maker makes. mix: weights of the kernels, sum 1. cost: scikit-learn's C."""

    front: int
    mix: tuple[float, ...]
    cost: float


@dataclass(frozen=True, eq=False)
class Learned:
    """A machine that learned from all, its setting, and what it is calibrated by.

    held_out: (n, C) scores of each sample by a machine of the same setting that has not seen its person.
    """

    machine: Machine
    setting: Setting
    held_out: Floats


def learn(
    features: Features,
    truth: Labels,
    subject_ids: NDArray[np.str_],
    n_labels: int,
    make: Maker,
    costs: Sequence[float] = COSTS,
    mix_steps: int = 4,
    progress: Callable[[int, int], None] | None = None,
) -> Learned:
    """The machine for samples of these people.

    features: (n, D), truth: (n,), people: (n,). mix_steps: weights of kernels are multiples of 1/mix_steps.
    progress: told how much is done, and of how much.
    """
    found = f"{len(np.unique(subject_ids))} people and {len(np.unique(truth))} classes"
    if len(np.unique(subject_ids)) < 2 or len(np.unique(truth)) < 2:
        raise DataError(f"A machine cannot be chosen on {found}: give clips of two of each or more.")
    folds = inner_folds(subject_ids)
    total = len(folds) + 2  # the rounds, all together, and the choice

    def done(steps: int) -> None:
        if progress:
            progress(steps, total)

    rounds = []
    for number, asked in enumerate(folds):
        rounds.append(_Round(features, truth, asked, n_labels, make))
        done(number + 1)
    fronts = make(features, truth)
    done(total - 1)
    kernels = len(fronts[0].own)
    best = Setting(0, (1 / kernels,) * kernels, costs[len(costs) // 2])
    if len(fronts) > 1:
        best, _ = _best(rounds, truth, [replace(best, front=i) for i in range(len(fronts))])
    if kernels > 1:
        mixes = [best.mix, *simplex(kernels, mix_steps)]
        best, _ = _best(rounds, truth, [replace(best, mix=mix) for mix in mixes])
    best, held_out = _best(rounds, truth, [replace(best, cost=cost) for cost in costs])
    front = fronts[best.front]
    duals = fit_duals(mixed(front.own, best.mix), truth, n_labels, best.cost)
    done(total)
    return Learned(front.machine(duals, best.mix), best, held_out)


def simplex(number: int, steps: int) -> list[tuple[float, ...]]:
    """All weights of so many kernels that are multiples of 1/steps and sum to 1, the most even first."""
    grid = [w for w in itertools.product(range(steps + 1), repeat=number) if sum(w) == steps]
    grid.sort(key=lambda weights: (sum(w * w for w in weights), weights))
    return [tuple(w / steps for w in weights) for weights in grid]


def inner_folds(subject_ids: NDArray[np.str_]) -> list[NDArray[np.bool_]]:
    """Masks of the asked samples: everybody once, people whole, about equally many samples each."""
    names, counts = np.unique(subject_ids, return_counts=True)
    loads = np.zeros(min(INNER_FOLDS, len(names)), int)
    fold_of = {}
    for i in np.argsort(-counts, kind="stable"):
        fold_of[names[i]] = int(loads.argmin())
        loads[loads.argmin()] += counts[i]
    folds = np.array([fold_of[person] for person in subject_ids])
    return [folds == k for k in range(len(loads))]


def mean_recall(truth: Labels, scores: Floats) -> float:
    """UAR: over the classes that occur, the mean share of samples whose highest score is their class's."""
    right = scores.argmax(1) == truth
    return float(np.mean([right[truth == label].mean() for label in np.unique(truth)]))


class _Round:
    """Some people asked, the others learned from; a front's kernel values are computed when first wanted."""

    def __init__(
        self, features: Features, truth: Labels, asked: NDArray[np.bool_], n_labels: int, make: Maker
    ) -> None:
        self.asked, self.n_labels = asked, n_labels
        self._truth = truth[~asked]
        self._features = features[asked]
        self._fronts: Sequence[Front] = make(features[~asked], self._truth)
        self._kernels: dict[int, list[Floats]] = {}

    def scores(self, setting: Setting) -> Floats:
        """(asked, C)."""
        front = self._fronts[setting.front]
        if setting.front not in self._kernels:
            self._kernels[setting.front] = front.kernels(self._features)
        duals = fit_duals(mixed(front.own, setting.mix), self._truth, self.n_labels, setting.cost)
        return duals.scores(mixed(self._kernels[setting.front], setting.mix))


def _best(rounds: Sequence[_Round], truth: Labels, settings: Sequence[Setting]) -> tuple[Setting, Floats]:
    """The setting of the highest mean recall over all rounds, the first of equals, and its scores."""
    found = []
    for setting in settings:
        scores = np.empty((len(truth), rounds[0].n_labels))
        for one in rounds:
            scores[one.asked] = one.scores(setting)
        found.append((mean_recall(truth, scores), setting, scores))
    _, setting, scores = max(found, key=lambda item: item[0])
    return setting, scores
