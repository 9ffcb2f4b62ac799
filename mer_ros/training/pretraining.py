"""Pretraining in an evaluation: a network is first trained on clips of another data set, such as one of
macro-expressions, then on the training side of the fold.

Two-stage transfer from macro- to micro-expressions follows the training of micro-attention (Wang, Peng, Bi
and Chen, arXiv:1811.02360), which reads ImageNet weights first. Nobody on the test side of a fold is among
the people of its first stage: data sets of one cohort show the same people.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mer_ros import metrics
from mer_ros.data.clip_set import ClipSet
from mer_ros.data.cohorts import unify_cohorts
from mer_ros.data.flow_storage import copied_flow
from mer_ros.data.label_mapping import MEGC_LABELS, megc_label
from mer_ros.data.pooled import Chosen
from mer_ros.errors import DataError, quantity
from mer_ros.progress import Progress
from mer_ros.training.entrant import TrainingSet
from mer_ros.training.labelled_set import LabelledSet
from mer_ros.training.network_training import best_of
from mer_ros.training.observer import ProgressOnly
from mer_ros.training.trainer import Trainer
from mer_ros.types import EMOTIONS

_KEPT = 8  # first stages whose weights a process keeps


def clips_to_pretrain_on(other: ClipSet, evaluated: ClipSet, folder: Path | None = None) -> ClipSet:
    """The clips of another data set that have a class of the evaluated one, in its classes and its names of
    people. folder: see ``flow_storage.empty_flow``.

    A class is found by its name; of the seven emotions, also by its class in MEGC 2019. A note counts clips
    without a class. DataError where a data set is in both, the names of people are ambiguous, or fewer than
    two classes or subjects are left.
    """
    both = sorted(set(other.datasets.tolist()) & set(evaluated.datasets.tolist()))
    if both:
        raise DataError(
            f"The data set {both[0]!r} is evaluated and named by --pretrain: name another one there."
        )
    class_of = [_class_of(label, evaluated.labels) for label in other.labels]
    classes = np.array([-1 if one is None else one for one in class_of])[other.truth]
    kept = np.flatnonzero(classes >= 0)
    ids = _ids_of(other, evaluated)
    n_classes, n_subjects = len(np.unique(classes[kept])), len(np.unique(ids[kept]))
    if min(n_classes, n_subjects) < 2:
        raise DataError(
            f"The clips to pretrain on ({other.origin}) have {quantity(n_classes, 'class', 'classes')} of "
            f"{', '.join(evaluated.labels)} and {quantity(n_subjects, 'subject')}: give a data set with two "
            "or more."
        )
    cohorts, subjects = zip(*(name.split("/", 1) for name in ids[kept].tolist()), strict=True)
    left = len(other) - len(kept)
    without = f", {quantity(left, 'clip')} of other classes left out" if left else ""
    return replace(
        other,
        flow=copied_flow([(other.flow, kept)], folder),
        truth=classes[kept],
        labels=evaluated.labels,
        samples=other.samples[kept],
        subjects=np.array(subjects),
        datasets=other.datasets[kept],
        cohorts=np.array(cohorts),
        crops=_chosen(other.crops, kept),
        sequences=_chosen(other.sequences, kept),
        apex_images=_chosen(other.apex_images, kept),
        units=(),
        recordings=None,
        notes=(
            f"Trained first on {other.origin}: {quantity(len(kept), 'clip')} of "
            f"{quantity(n_subjects, 'subject')} in the same classes{without}; people of the test side of a "
            "fold are left out there.",
            *(f"{other.datasets[0]}: {note}" for note in other.notes),
        ),
    )


def _class_of(label: str, labels: tuple[str, ...]) -> int | None:
    if label in labels:
        return labels.index(label)
    if labels == MEGC_LABELS and label in EMOTIONS:
        return labels.index(megc_label(label))
    return None


def _ids_of(other: ClipSet, evaluated: ClipSet) -> NDArray[np.str_]:
    """(N,) the subject ids of the other clips, in the spelling of the evaluated ones where both have one."""
    sets = (evaluated, other)
    cohorts = [name for one in sets for name in one.cohort_of_each.tolist()]
    datasets = [name for one in sets for name in one.datasets.tolist()]
    names = unify_cohorts(cohorts, datasets, [name for one in sets for name in one.subjects.tolist()])
    if names.clashes:
        raise DataError(
            f"The people of --data and --pretrain cannot be told apart: {names.clashes[0].sentence}."
        )
    ids = [f"{cohort}/{subject}" for cohort, subject in zip(names.datasets, names.subjects, strict=True)]
    known = dict(zip(ids, evaluated.subject_ids.tolist(), strict=False))
    return np.array([known.get(name, name) for name in ids[len(evaluated) :]])


def _chosen(items: Any, kept: NDArray[np.int64]) -> Any:
    return Chosen(items, tuple(kept.tolist())) if len(items) else ()


@dataclass(frozen=True, eq=False)
class PretrainingSet:
    """What an entrant reads of the clips. features: (N, ...). truth: (N,) int64. subject_ids: (N,) str.
    described: what decides the predictions, JSON-able.
    """

    features: NDArray[Any]
    truth: NDArray[np.int64]
    subject_ids: NDArray[np.str_]
    described: Mapping[str, Any]

    @classmethod
    def of(cls, clips: ClipSet, features: NDArray[Any]) -> PretrainingSet:
        """features: of the clips, as the entrant reads them."""
        described = {
            "origin": clips.origin,
            "digest": clips.digest(),
            "clips": len(clips),
            "subjects": len(np.unique(clips.subject_ids)),
        }
        return cls(features, clips.truth, clips.subject_ids, described)

    def without_tested(self, training_set: TrainingSet) -> TrainingSet:
        """The training set of the first stage of a fold: all clips but those of people who are tested."""
        kept = ~np.isin(self.subject_ids, training_set.tested_subjects)
        return replace(
            training_set,
            features=self.features[kept],
            truth=self.truth[kept],
            subject_ids=self.subject_ids[kept],
        )


_weights: dict[str, tuple[dict[str, torch.Tensor], dict[str, float]]] = {}
"""Weights after the first stage, and what was chosen in it, by a hash of everything that decides them: folds
without shared people have the same one, which a process trains once."""


def pretrained(
    trainer: Trainer, train: LabelledSet, validation: LabelledSet, deciding: Sequence[Any], progress: Progress
) -> dict[str, float]:
    """Train the network of a trainer in the first stage; what was chosen, by name.

    deciding: what decides the weights beside the samples, JSON-able. Afterwards the network is the same
    whether an equal one was trained before in this process or not.
    """
    total = hashlib.sha256(json.dumps(list(deciding), sort_keys=True).encode())
    for samples in (train, validation):
        total.update(np.ascontiguousarray(samples.data.numpy()).tobytes())
        total.update(samples.labels.numpy().tobytes())
    key = total.hexdigest()
    if key in _weights:
        weights, chosen = _weights[key]
        trainer.system.load_state_dict(weights)
        return chosen
    best = best_of(trainer.fit(train, validation, ProgressOnly(progress)))
    chosen = {
        "pretraining_epoch": float(best.number + 1),
        "pretraining_uf1": float(metrics.uf1(best.validation)),
        "pretraining_clips": float(len(train) + len(validation)),
    }
    while len(_weights) >= _KEPT:
        del _weights[next(iter(_weights))]
    weights = {name: value.detach().clone() for name, value in trainer.system.state_dict().items()}
    _weights[key] = weights, chosen
    return chosen
