"""One evaluation: every contestant learns and answers fold by fold, then all are scored together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from mer_ros.data.clip_set import ClipSet
from mer_ros.errors import ConfigError, DataError
from mer_ros.evaluation.fold_store import FoldStore, check_writable
from mer_ros.evaluation.protocol import Fold, Protocol
from mer_ros.training.entrant import Answer, Entrant, TrainingSet

Watch = Callable[[str, float, int], None]
"""Told the contestant's name, how many folds are done (the one at work as a share), and of how many."""


@dataclass(frozen=True, eq=False)
class Answers:
    """What one contestant answered, clip by clip.

    probabilities: (N, C) float64, NaN where the protocol never asked. fold: (N,) number of the fold that
    asked, -1 for none. chosen: per fold, what was chosen on its training people.
    """

    name: str
    is_control: bool
    settings: dict[str, object]
    probabilities: NDArray[np.float64]
    fold: NDArray[np.int64]
    chosen: tuple[dict[str, float], ...]

    @property
    def asked(self) -> NDArray[np.int64]:
        """Indices of the clips that were asked."""
        return np.flatnonzero(self.fold >= 0)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Clips, protocol and seed, its folds, and what each contestant answered."""

    clips: ClipSet
    protocol: Protocol
    seed: int
    folds: tuple[Fold, ...]
    answers: tuple[Answers, ...]


def evaluate(
    clips: ClipSet,
    protocol: Protocol,
    entrants: Sequence[Entrant],
    seed: int,
    out: Path,
    watch: Watch | None = None,
) -> Evaluation:
    """Ask every contestant about every fold. Folds whose answers lie under ``out`` are not done again;
    answers of another evaluation there are refused before anybody is asked.

    A stopped evaluation goes on with the next fold and ends as an uninterrupted one: a fold depends on its
    own people and the seed alone. Linear algebra runs on one thread, so that sums are always added in the
    same order.
    """
    names = [entrant.name for entrant in entrants]
    if len(set(names)) != len(names) or not names:
        raise ConfigError(f"The systems to evaluate are {names}: name one or more, each once.")
    folds = tuple(protocol.folds(clips, seed))
    for entrant in entrants:
        entrant.meet(clips.labels)
        clips.shown(entrant.reads)  # what the set does not hold is told before anybody is asked
    check_writable(out)
    shelves = [FoldStore.of(out, entrant, clips, protocol, seed) for entrant in entrants]
    kept = [[shelf.find(number, fold) for number, fold in enumerate(folds)] for shelf in shelves]
    with threadpool_limits(1, "blas"):
        answers = tuple(
            _ask(entrant, clips, folds, shelf, own, seed, watch)
            for entrant, shelf, own in zip(entrants, shelves, kept, strict=True)
        )
    return Evaluation(clips, protocol, seed, folds, answers)


def _ask(
    entrant: Entrant,
    clips: ClipSet,
    folds: Sequence[Fold],
    shelf: FoldStore,
    kept: Sequence[Answer | None],
    seed: int,
    watch: Watch | None,
) -> Answers:
    """kept: of each fold the answer that lay on the shelf, or None."""
    subject_ids, n_labels = clips.subject_ids, len(clips.labels)
    probabilities = np.full((len(clips), n_labels), np.nan)
    number_of = np.full(len(clips), -1, np.int64)
    chosen = []
    features: NDArray[Any] | None = None
    for number, fold in enumerate(folds):
        answer = kept[number]
        if answer is None:
            if features is None:
                features = entrant.features(clips.shown(entrant.reads))

            def step(share: float, done: int = number) -> None:
                if watch:
                    watch(entrant.name, done + share, len(folds))

            training_set = TrainingSet(
                features[fold.train], clips.truth[fold.train], subject_ids[fold.train], n_labels
            )
            answer = entrant.answer(training_set, features[fold.test], seed, step)
            _check(entrant.name, fold, answer, n_labels)
            shelf.put(number, fold, answer)
        probabilities[fold.test], number_of[fold.test] = answer.probabilities, number
        chosen.append(dict(answer.chosen))
        if watch:
            watch(entrant.name, number + 1, len(folds))
    settings = dict(entrant.settings)
    return Answers(entrant.name, entrant.is_control, settings, probabilities, number_of, tuple(chosen))


def _check(name: str, fold: Fold, answer: Answer, n_labels: int) -> None:
    """Refuse what is no answer: a wrong number of them, or chances that are not numbers."""
    given = answer.probabilities
    good = given.shape == (len(fold.test), n_labels) and np.isfinite(given).all()
    if not good or np.abs(given.sum(1) - 1).max() > 1e-6:
        raise DataError(
            f"{name!r} answered fold {fold.name!r} with {given.shape} values that are no probabilities of "
            f"{len(fold.test)} clips and {n_labels} classes: its training has failed, choose other settings."
        )
