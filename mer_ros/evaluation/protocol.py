"""Protocols: how the clips of an evaluation are split into training and test sides.

A protocol by subject splits a set of subjects, never single samples, so no subject can be on both sides. A
subject is "cohort/subject" (``ClipSet.subject_ids``). ``ALIASES`` holds the names that papers use.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.clip_set import ClipSet
from mer_ros.data.label_mapping import MEGC_LABELS
from mer_ros.data.names import MEGC_DATASETS
from mer_ros.data.subjects import held_out_subjects, subject_folds
from mer_ros.errors import DataError, quantity, unknown_name

TRAIN_SHARE = 0.7
UNSEEN = "unseen-generator"
"""Name of the protocol for clips that are generated with ``unseen``."""
MEGC_SIZE = (442, 68)
"""Samples and subjects of MEGC 2019's composite set."""


@dataclass(frozen=True, eq=False)
class Fold:
    """One split. name: what is held out. train, test: sorted indices of samples, int64."""

    name: str
    train: NDArray[np.int64]
    test: NDArray[np.int64]


@dataclass(frozen=True)
class Protocol:
    """A way to split.

    title: in words. shares_subjects: whether a subject may be on both sides. warning: the limits of its
    scores, or "". averages_folds: whether papers report the mean of the scores of its folds, beside which the
    scores of all clips stand.
    """

    name: str
    title: str
    split: Callable[[ClipSet, int], list[Fold]]
    shares_subjects: bool = False
    warning: str = ""
    averages_folds: bool = False

    def folds(self, clips: ClipSet, seed: int = 0) -> list[Fold]:
        """The folds; the same clips and seed give the same folds. DataError if they cannot be split."""
        check_evaluable(clips)
        folds = self.split(clips, seed)
        for fold in folds:
            _check_fold(fold, clips)
            if not self.shares_subjects:
                check_apart(fold, clips.subject_ids)
        return folds


def check_evaluable(clips: ClipSet) -> None:
    """Raise DataError for a set that is empty, of one class or of one subject."""
    if not len(clips):
        raise DataError("The data set is empty: give one with clips of two classes and two subjects.")
    classes, subject_ids = np.unique(clips.truth), np.unique(clips.subject_ids)
    if len(classes) < 2:
        name = clips.labels[classes[0]]
        raise DataError(
            f"All {len(clips)} clips are labelled {name!r}: give a data set with two or more classes."
        )
    if len(subject_ids) < 2:
        raise DataError(
            f"All {len(clips)} clips show subject {subject_ids[0]!r}: give a data set with two or more "
            "subjects."
        )


def check_apart(fold: Fold, subject_ids: NDArray[np.str_]) -> None:
    """Raise DataError where a subject is on both sides of a fold. subject_ids: (N,) of all samples."""
    shared = np.intersect1d(subject_ids[fold.train], subject_ids[fold.test])
    if len(shared):
        raise DataError(
            f"Subject {shared[0]!r} is on the training and the test side of fold {fold.name!r} "
            f"({len(shared)} in all): split by subject."
        )


def _check_fold(fold: Fold, clips: ClipSet) -> None:
    if not len(fold.test) or len(np.unique(clips.truth[fold.train])) < 2:
        raise DataError(
            f"Fold {fold.name!r} has {quantity(len(fold.train), 'clip')} of "
            f"{quantity(len(np.unique(clips.truth[fold.train])), 'class', 'classes')} for training and "
            f"{len(fold.test)} for testing: give a larger data set."
        )


def _fold(name: str, test: NDArray[np.bool_]) -> Fold:
    return Fold(name, np.flatnonzero(~test), np.flatnonzero(test))


def _loso(clips: ClipSet, seed: int) -> list[Fold]:
    subject_ids = clips.subject_ids
    return [_fold(str(name), subject_ids == name) for name in np.unique(subject_ids)]


def _k_fold(clips: ClipSet, seed: int, k: int) -> list[Fold]:
    subject_ids = len(np.unique(clips.subject_ids))
    if subject_ids < k:
        raise DataError(f"{quantity(subject_ids, 'subject')} cannot be split into {k} folds: use loso.")
    parts = subject_folds(clips.subject_ids, k, seed)
    return [_fold(f"part {i + 1}", test) for i, test in enumerate(parts)]


def _k_fold_protocol(k: int) -> Protocol:
    return Protocol(f"{k}-fold", f"{k} folds by subject", partial(_k_fold, k=k))


def _subjects_70_30(clips: ClipSet, seed: int) -> list[Fold]:
    return [_fold("30 % of the subjects", held_out_subjects(clips.subject_ids, 1 - TRAIN_SHARE, seed))]


def _samples_70_30(clips: ClipSet, seed: int) -> list[Fold]:
    order = np.random.default_rng(seed).permutation(len(clips))
    test = np.zeros(len(clips), bool)
    test[order[: min(max(round((1 - TRAIN_SHARE) * len(clips)), 1), len(clips) - 1)]] = True
    return [_fold("30 % of the samples", test)]


def _composite(clips: ClipSet, seed: int) -> list[Fold]:
    found = np.unique(clips.datasets)
    if len(found) < 2:
        raise DataError(f"The protocol composite needs two data sets, found only {found[0]!r}: use loso.")
    return _loso(clips, seed)


def _megc_2019(clips: ClipSet, seed: int) -> list[Fold]:
    found = sorted(set(clips.datasets.tolist()))
    if clips.labels != MEGC_LABELS or found != list(MEGC_DATASETS):
        raise DataError(
            f"The protocol megc2019 needs the data sets {', '.join(MEGC_DATASETS)} with the classes "
            f"{', '.join(MEGC_LABELS)}, found {', '.join(found)} with {', '.join(clips.labels)}: use loso."
        )
    return _loso(clips, seed)


def _leave_one_dataset_out(clips: ClipSet, seed: int) -> list[Fold]:
    found = np.unique(clips.datasets)
    if len(found) < 2:
        raise DataError(
            f"The protocol leave-dataset-out needs two data sets, found only {found[0]!r}: use loso."
        )
    return [_fold(str(name), clips.datasets == name) for name in found]


def _unseen_generator(clips: ClipSet, seed: int) -> list[Fold]:
    """Each head's smooth samples against the rough samples of the next head."""
    named = [name.rpartition(" ") for name in np.unique(clips.datasets).tolist()]
    heads = sorted({head for head, _, noise in named if noise == "smooth"})
    if len(heads) < 2 or {(head, noise) for head, _, noise in named} < {(head, "rough") for head in heads}:
        raise DataError(
            "The protocol unseen-generator needs clips of two heads with smooth and with rough noise: use "
            "--data synthetic --unseen."
        )
    folds = []
    for head, other in zip(heads, [*heads[1:], heads[0]], strict=True):
        sides = [np.flatnonzero(clips.datasets == name) for name in (f"{head} smooth", f"{other} rough")]
        folds.append(Fold(f"{head} to {other}", *sides))
    return folds


PROTOCOLS = {
    protocol.name: protocol
    for protocol in (
        Protocol("loso", "leave one subject out", _loso),
        _k_fold_protocol(5),
        Protocol("subjects-70-30", "70/30 by subject", _subjects_70_30),
        Protocol(
            "samples-70-30",
            "70/30 by sample",
            _samples_70_30,
            shares_subjects=True,
            warning=(
                "Test subjects are also in the training set: this score does not apply to new subjects. "
                "Report a score of a protocol by subject with it."
            ),
        ),
        Protocol("composite", "composite database: leave one of the pooled subjects out", _composite),
        Protocol("megc2019", "MEGC 2019 composite: leave one of the pooled subjects out", _megc_2019),
        Protocol(
            "leave-dataset-out",
            "holdout database: leave one data set out",
            _leave_one_dataset_out,
            averages_folds=True,
        ),
        Protocol(
            UNSEEN,
            "unseen generator: one head with smooth noise to train on, the other with rough noise to test on",
            _unseen_generator,
        ),
    )
}
"""Protocols by name; ``protocol_of`` gives every other number of folds too."""

ALIASES = {
    "cde": "composite",
    "hde": "leave-dataset-out",
    "slcv": "5-fold",
}
"""Names in papers: composite and holdout database evaluation (MEGC 2018), subject-level cross-validation."""


def protocol_of(name: str) -> Protocol:
    """The protocol of a name in any case: one of ``PROTOCOLS`` or ``ALIASES``, or "K-fold" with K of 2 to
    999.
    """
    name = ALIASES.get(name.casefold(), name.casefold())
    k_fold = re.fullmatch(r"([1-9]\d{0,2})-fold", name)
    if k_fold and int(k_fold[1]) >= 2:
        return _k_fold_protocol(int(k_fold[1]))
    if name not in PROTOCOLS:
        raise unknown_name("protocol", name, (*PROTOCOLS, *ALIASES))
    return PROTOCOLS[name]


def megc_size_note(clips: ClipSet) -> str:
    """How the size differs from the organisers' set, one sentence, or ""."""
    found = (len(clips), len(np.unique(clips.subject_ids)))
    if found == MEGC_SIZE:
        return ""
    return (
        f"The set of MEGC 2019 has {MEGC_SIZE[0]} clips of {MEGC_SIZE[1]} subjects, this one {found[0]} of "
        f"{found[1]}: do not compare the scores with published ones."
    )
