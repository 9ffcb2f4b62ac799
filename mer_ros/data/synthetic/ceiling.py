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
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.data.clip_set import ClipSet
from mer_ros.data.label_mapping import megc_label
from mer_ros.data.synthetic.generator import GENERATOR_VERSION, GENERATORS, generator
from mer_ros.data.synthetic.recipes import Recipe
from mer_ros.data.synthetic.sides import Sides
from mer_ros.errors import ConfigError
from mer_ros.types import EMOTIONS

_SAME = 9
"""Digits to which posteriors are compared; kinds of faces with equal posteriors are merged."""

_TINY = 1e-12


@dataclass(frozen=True, eq=False)
class Ceiling:
    """Best scores that can be reached.

    priors: probability of each of ``EMOTIONS``. confusion: (C, C) float64, probabilities of truth (row) and
    most likely label (column), with sum 1. accuracy: maximum accuracy, that of the most likely label. uar:
    maximum UAR. uf1: maximum UF1, and f1: (C,) F1 per class of its rule; these are not bounds, since another
    rule may be better on one class at the cost of others. uf1_of_likeliest: UF1 of ``confusion``. version:
    of the generator.
    """

    labels: tuple[str, ...]
    priors: tuple[float, ...]
    confusion: NDArray[np.float64]
    accuracy: float
    uar: float
    uf1: float
    uf1_of_likeliest: float
    f1: NDArray[np.float64]
    version: str

    def figures(self) -> dict[str, Any]:
        """Values for JSON with four digits, stored as ``label_ceiling`` in results and checkpoints."""
        return {
            "generator": self.version,
            "priors": {emotion: round(p, 4) for emotion, p in zip(EMOTIONS, self.priors, strict=True)},
            "accuracy": round(self.accuracy, 4),
            "uf1": round(self.uf1, 4),
            "uar": round(self.uar, 4),
            "f1": {label: round(float(f1), 4) for label, f1 in zip(self.labels, self.f1, strict=True)},
            "uf1_of_likeliest": round(self.uf1_of_likeliest, 4),
            "confusion_of_likeliest": np.round(self.confusion, 4).tolist(),
        }


@functools.lru_cache(maxsize=64)
def label_ceiling(
    labels: tuple[str, ...] = EMOTIONS,
    priors: tuple[float, ...] | None = None,
    version: str = GENERATOR_VERSION,
) -> Ceiling:
    """The ceiling of a generator for its emotions, or for the classes into which they are combined.

    labels: ``EMOTIONS`` or ``label_mapping.MEGC_LABELS``. priors: priors of ``EMOTIONS`` with any positive
    sum; those of the generator if None. Raises ConfigError for other labels or priors.
    """
    belongs = np.array(
        [[label in (emotion, megc_label(emotion)) for emotion in EMOTIONS] for label in labels]
    )
    if (belongs.sum(0) != 1).any():
        raise ConfigError(
            f"Synthetic emotions cannot be labelled as {', '.join(labels)}: choose {', '.join(EMOTIONS)}, or "
            "negative, positive, surprise."
        )
    own = generator(version)
    shares = own.priors.copy() if priors is None else np.array(priors, np.float64)
    if shares.shape != (len(EMOTIONS),) or not (shares >= 0).all() or not 0 < shares.sum() < np.inf:
        raise ConfigError(f"The priors of the emotions are {priors}: give {len(EMOTIONS)} of 0 or more.")
    shares /= shares.sum()
    kinds = faces({emotion: own.recipes[emotion] for emotion in EMOTIONS}, own.sides)
    return best_of(belongs @ (shares[:, None] * kinds), labels, tuple(shares.tolist()), version)


def ceiling_of_clips(clips: ClipSet) -> Ceiling | None:
    """The ceiling of a set of synthetic clips; None for real clips and for unknown versions of the generator.

    For seven emotions, the priors of the generator are assumed. For other classes, the priors are the shares
    in the set, and within a class those of the generator.
    """
    named = re.search(r"\bgenerator ([\d.]+)(,|$)", clips.origin)
    if not clips.synthetic or named is None or named[1] not in GENERATORS:
        return None
    version = named[1]
    if clips.labels == EMOTIONS:
        return label_ceiling(version=version)
    own = [megc_label(emotion) for emotion in EMOTIONS]
    priors = generator(version).priors
    shares = np.bincount(clips.truth, minlength=len(clips.labels)) / len(clips)
    share_of = dict(zip(clips.labels, shares.tolist(), strict=True))
    within = [
        float(prior / sum(p for p, other in zip(priors, own, strict=True) if other == label))
        for prior, label in zip(priors, own, strict=True)
    ]
    return label_ceiling(
        clips.labels,
        tuple(share_of.get(label, 0) * share for label, share in zip(own, within, strict=True)),
        version,
    )


def faces(recipes: Mapping[str, tuple[Recipe, ...]], sides: Sides) -> NDArray[np.float64]:
    """(E, K) probability of each kind of face, a set of units with a bin of the ratio, given each emotion."""
    kinds = sorted({tuple(sorted(recipe.units)) for own in recipes.values() for recipe in own})
    found = np.zeros((len(recipes), len(kinds), len(sides.ends())))
    for number, own in enumerate(recipes.values()):
        total = sum(recipe.weight for recipe in own)
        for recipe in own:
            kind = kinds.index(tuple(sorted(recipe.units)))
            found[number, kind] += recipe.weight / total * sides.masses(recipe)
    return found.reshape(len(recipes), -1)


def best_of(
    joint: NDArray[np.float64],
    labels: tuple[str, ...],
    priors: tuple[float, ...],
    version: str = GENERATOR_VERSION,
) -> Ceiling:
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
        version=version,
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
