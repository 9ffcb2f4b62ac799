"""Bayes ceiling of the synthetic labels: the best score that any classifier of the emotion could reach.

Emotions share recipes, so no classifier is always right. Even with exact knowledge of the units of a face and
of the share of the expression on its weaker side, a classifier could do no better than p(emotion | units,
ratio of the sides): the strengths of the units and the amplitude have the same distribution for all emotions
and carry no information, and both sides are equally likely to be the weaker one. All probabilities are sums
over the recipe table; nothing is sampled.

The ceiling is an upper bound. It uses the ratio of ``draw_strengths``, which the subject's habitual
asymmetry, noise, blinks and the tracker change before a classifier can measure it.

The most likely label maximises accuracy, not UF1. The rule of maximum UF1 is searched among all rules that
give one label to each kind of face (for the difference see Lipton, Elkan and others, "Optimal Thresholding of
Classifiers to Maximize F1 Measure", arXiv:1402.1892).
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.data.clip_set import ClipSet
from mer_ros.data.label_mapping import megc_label
from mer_ros.data.synthetic.flow_samples import (
    ASYMMETRY_LIMIT,
    ASYMMETRY_SIGMA,
    ONE_SIDED,
    WEAK_SIDE,
    WEAK_SIDE_CHANCE,
)
from mer_ros.data.synthetic.recipes import RECIPES, Recipe
from mer_ros.data.synthetic.subject import GENERATOR_VERSION
from mer_ros.errors import ConfigError
from mer_ros.types import EMOTIONS

BINS = 200
"""Bins of the ratio, in addition to edges at the ends of its ranges; exact where only one range applies."""

_SAME = 9
"""Digits to which posteriors are compared; kinds of faces with equal posteriors are merged."""

_TINY = 1e-12


@dataclass(frozen=True)
class Sides:
    """Distribution of the two sides of an expression, with the constants of ``flow_samples``.

    Two-sided recipes: right 1 + a, left 1 - a, with a ~ N(0, sigma) clipped to +-limit; or, with the
    probability ``weak_chance``, the weak side keeps U(weak_side). One-sided recipes: the weak side keeps
    U(one_sided). Both ranges are within 0..1.
    """

    sigma: float = ASYMMETRY_SIGMA
    limit: float = ASYMMETRY_LIMIT
    weak_chance: float = WEAK_SIDE_CHANCE
    weak_side: tuple[float, float] = WEAK_SIDE
    one_sided: tuple[float, float] = ONE_SIDED

    def masses(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Upper ends of the bins of the ratio, and their probabilities for two- and one-sided recipes.

        The ratio is min(R, L) / max(R, L), 0..1. The first bin is the ratio 0, the others are (lower, upper].
        """
        least = (1 - self.limit) / (1 + self.limit)
        ends = np.unique([*np.linspace(0, 1, BINS + 1), *self.weak_side, *self.one_sided, least])
        balanced = np.array([self._balanced(ratio, least) for ratio in ends])
        two = (1 - self.weak_chance) * balanced + self.weak_chance * _uniform(ends, self.weak_side)
        return ends, np.diff(two, prepend=0), np.diff(_uniform(ends, self.one_sided), prepend=0)

    def _balanced(self, ratio: float, least: float) -> float:
        """P((1 - |a|) / (1 + |a|) <= ratio); clipped values have the ratio ``least``."""
        if ratio < least:
            return 0.0
        return math.erfc((1 - ratio) / (1 + ratio) / (self.sigma * math.sqrt(2)))


GENERATOR = Sides()


@dataclass(frozen=True, eq=False)
class Ceiling:
    """Best scores that can be reached.

    priors: probability of each of ``EMOTIONS``. confusion: (C, C) float64, probabilities of truth (row) and
    most likely label (column), with sum 1. accuracy: maximum accuracy, that of the most likely label. uar:
    maximum UAR. uf1: maximum UF1, and f1: (C,) F1 per class of its rule; these are not bounds, since another
    rule may be better on one class at the cost of others. uf1_of_likeliest: UF1 of ``confusion``.
    """

    labels: tuple[str, ...]
    priors: tuple[float, ...]
    confusion: NDArray[np.float64]
    accuracy: float
    uar: float
    uf1: float
    uf1_of_likeliest: float
    f1: NDArray[np.float64]

    def figures(self) -> dict[str, Any]:
        """Values for JSON with four digits, stored as ``label_ceiling`` in results and checkpoints."""
        return {
            "generator": GENERATOR_VERSION,
            "priors": {emotion: round(p, 4) for emotion, p in zip(EMOTIONS, self.priors, strict=True)},
            "accuracy": round(self.accuracy, 4),
            "uf1": round(self.uf1, 4),
            "uar": round(self.uar, 4),
            "f1": {label: round(float(f1), 4) for label, f1 in zip(self.labels, self.f1, strict=True)},
            "uf1_of_likeliest": round(self.uf1_of_likeliest, 4),
            "confusion_of_likeliest": np.round(self.confusion, 4).tolist(),
        }


@functools.lru_cache(maxsize=64)
def label_ceiling(labels: tuple[str, ...] = EMOTIONS, priors: tuple[float, ...] | None = None) -> Ceiling:
    """The ceiling of this generator for its emotions, or for the classes into which they are combined.

    labels: ``EMOTIONS`` or ``label_mapping.MEGC_LABELS``. priors: priors of ``EMOTIONS`` with any positive
    sum; equal if None. Raises ConfigError for other labels or priors.
    """
    belongs = np.array(
        [[label in (emotion, megc_label(emotion)) for emotion in EMOTIONS] for label in labels]
    )
    if (belongs.sum(0) != 1).any():
        raise ConfigError(
            f"Synthetic emotions cannot be labelled as {', '.join(labels)}: choose {', '.join(EMOTIONS)}, or "
            "negative, positive, surprise."
        )
    shares = np.ones(len(EMOTIONS)) if priors is None else np.array(priors, np.float64)
    if shares.shape != (len(EMOTIONS),) or not (shares >= 0).all() or not 0 < shares.sum() < np.inf:
        raise ConfigError(f"The priors of the emotions are {priors}: give {len(EMOTIONS)} of 0 or more.")
    shares /= shares.sum()
    kinds = faces({emotion: RECIPES[emotion] for emotion in EMOTIONS})
    return best_of(belongs @ (shares[:, None] * kinds), labels, tuple(shares.tolist()))


def ceiling_of_clips(clips: ClipSet) -> Ceiling | None:
    """The ceiling of a set of synthetic clips; None for real clips and for other versions of the generator.

    For seven emotions, equal priors are assumed. For other classes, the priors are the shares in the set, and
    the emotions of a class are assumed to be equally likely.
    """
    if not clips.synthetic or not re.search(
        rf"\bgenerator {re.escape(GENERATOR_VERSION)}(,|$)", clips.origin
    ):
        return None
    if clips.labels == EMOTIONS:
        return label_ceiling()
    own = [megc_label(emotion) for emotion in EMOTIONS]
    shares = np.bincount(clips.truth, minlength=len(clips.labels)) / len(clips)
    share_of = dict(zip(clips.labels, shares.tolist(), strict=True))
    return label_ceiling(clips.labels, tuple(share_of.get(label, 0) / own.count(label) for label in own))


def faces(recipes: Mapping[str, tuple[Recipe, ...]], sides: Sides = GENERATOR) -> NDArray[np.float64]:
    """(E, K) probability of each kind of face, a set of units with a bin of the ratio, given each emotion."""
    kinds = sorted({tuple(sorted(recipe.units)) for own in recipes.values() for recipe in own})
    of_units = np.zeros((2, len(recipes), len(kinds)))  # two-sided, one-sided
    for number, own in enumerate(recipes.values()):
        total = sum(recipe.weight for recipe in own)
        for recipe in own:
            units = kinds.index(tuple(sorted(recipe.units)))
            of_units[int(recipe.one_sided), number, units] += recipe.weight / total
    _, two, one = sides.masses()
    both = of_units[0][:, :, None] * two + of_units[1][:, :, None] * one  # (E, units, bins)
    return both.reshape(len(recipes), -1)


def best_of(joint: NDArray[np.float64], labels: tuple[str, ...], priors: tuple[float, ...]) -> Ceiling:
    """The ceiling of (C, K) joint probabilities of class and kind of face, with sum 1."""
    joint = _merged(joint)
    posterior = np.round(joint / joint.sum(0), _SAME)
    likeliest = posterior.argmax(0)
    confusion = _confusion(joint, likeliest)
    share = joint.sum(1)
    shown = share > 0
    f1 = np.nan_to_num(metrics.f1(_confusion(joint, _of_greatest_uf1(joint, likeliest))))
    return Ceiling(
        labels=labels,
        priors=priors,
        confusion=confusion,
        accuracy=float(metrics.accuracy(confusion)),
        uar=float((joint[shown] / share[shown, None]).max(0).sum() / shown.sum()),
        uf1=float(f1.mean()),
        uf1_of_likeliest=float(metrics.uf1(confusion)),
        f1=f1,
    )


def _of_greatest_uf1(joint: NDArray[np.float64], answers: NDArray[np.intp]) -> NDArray[np.intp]:
    """(K,) labels whose UF1 no change for a single kind of face increases, searched from ``answers`` on."""
    answers, mass = answers.copy(), joint.sum(0)
    confusion = _confusion(joint, answers)
    right, known = np.diag(confusion).copy(), confusion.sum(0) + confusion.sum(1)  # F1 = 2 right / known
    moved = True
    while moved:
        moved = False
        for kind, own in enumerate(answers.tolist()):
            right[own] -= joint[own, kind]  # without a label for this kind ...
            known[own] -= mass[kind]
            without = 2 * right / np.maximum(known, _TINY)
            gain = 2 * (right + joint[:, kind]) / (known + mass[kind]) - without  # ... and with each label
            best = int(gain.argmax())
            if gain[best] > gain[own] + _TINY:
                answers[kind], moved = best, True
            right[answers[kind]] += joint[answers[kind], kind]
            known[answers[kind]] += mass[kind]
    return answers


def _merged(joint: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kinds of faces with equal posteriors merged, and those that never occur removed."""
    joint = joint[:, joint.sum(0) > 0]
    posteriors, of_kind = np.unique(np.round(joint / joint.sum(0), _SAME), axis=1, return_inverse=True)
    merged = np.zeros((len(joint), posteriors.shape[1]))
    np.add.at(merged.T, of_kind.reshape(-1), joint.T)
    return merged


def _confusion(joint: NDArray[np.float64], answers: NDArray[np.intp]) -> NDArray[np.float64]:
    """(C, C) probabilities of truth and label."""
    return joint @ np.eye(len(joint))[answers]


def _uniform(values: NDArray[np.float64], ends: tuple[float, float]) -> NDArray[np.float64]:
    """P(x <= values) for x ~ U(ends)."""
    low, high = ends
    return np.clip((values - low) / max(high - low, _TINY), 0, 1)
