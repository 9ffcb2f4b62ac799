"""One evaluation: every entrant is trained and predicts fold by fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.clip_set import ClipSet
from mer_ros.errors import ConfigError
from mer_ros.evaluation.fold_store import FoldStore
from mer_ros.evaluation.fold_training import FoldTraining, limited_threads
from mer_ros.evaluation.protocol import Fold, Protocol
from mer_ros.evaluation.spread import spread
from mer_ros.evaluation.workers import FoldTask, Workers
from mer_ros.files import check_writable
from mer_ros.progress import SILENT, Part, Progress
from mer_ros.training.entrant import Entrant, EpochScore, FoldPrediction, Inspection
from mer_ros.training.seen_data_sets import check_unseen
from mer_ros.types import InputKind

ONE_WORKER = Workers()


@dataclass(frozen=True, eq=False)
class SystemPredictions:
    """The predictions of one entrant, clip by clip.

    probabilities: (N, C) float64, NaN for clips in no test side. fold: (N,) int64, the number of the fold
    whose test side holds the clip, -1 for none. chosen: per fold, what was chosen on its training subjects.
    uses_folds, choices, reads: see ``Entrant``. epochs: per fold, the course of its training. inspection: of
    the fold ``Evaluation.inspected``, None where the system has no latent space.
    """

    name: str
    is_control: bool
    settings: dict[str, object]
    probabilities: NDArray[np.float64]
    fold: NDArray[np.int64]
    chosen: tuple[dict[str, float], ...]
    uses_folds: bool = True
    choices: str = ""
    epochs: tuple[tuple[EpochScore, ...], ...] = ()
    inspection: Inspection | None = None
    reads: InputKind = "flow"

    @property
    def tested(self) -> NDArray[np.int64]:
        """Indices of the clips that were predicted."""
        return np.flatnonzero(self.fold >= 0)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Clips, protocol and seed, the folds, and the predictions of each entrant."""

    clips: ClipSet
    protocol: Protocol
    seed: int
    folds: tuple[Fold, ...]
    predictions: tuple[SystemPredictions, ...]

    @property
    def inspected(self) -> int:
        """Number of the fold whose latent spaces are shown: the one with the most test clips, the first of
        equal ones.
        """
        return inspected_fold(self.folds)


def inspected_fold(folds: Sequence[Fold]) -> int:
    """See ``Evaluation.inspected``."""
    return int(np.argmax([len(fold.test) for fold in folds]))


def evaluate(
    clips: ClipSet,
    protocol: Protocol,
    entrants: Sequence[Entrant],
    seed: int,
    out: Path,
    progress: Progress = SILENT,
    workers: Workers = ONE_WORKER,
) -> Evaluation:
    """Train and test every entrant on every fold.

    Predictions are stored under ``out`` after each fold. Stored folds are not computed again, so an
    interrupted evaluation continues with the next fold and ends as an uninterrupted one: a fold depends on
    its own subjects and the seed alone, so any number of workers gives the same bytes.

    progress: receives a task for each entrant, named as it, counted in folds. ConfigError where an entrant is
    named twice or has weights that were trained on a data set of the clips, and where ``out`` cannot be
    written or holds another evaluation; DataError where the clips cannot be split or lack an input that an
    entrant reads. All are raised before any training.
    """
    names = [entrant.name for entrant in entrants]
    if len(set(names)) != len(names) or not names:
        raise ConfigError(f"The systems to evaluate are {names}: name one or more, each once.")
    folds = tuple(protocol.folds(clips, seed))
    for entrant in entrants:
        entrant.set_labels(clips.labels)
        check_unseen(entrant, clips)
        clips.inputs(entrant.reads)  # a missing input is an error before any training
    check_writable(out, "--out")
    stores = [FoldStore.of(out, entrant, clips, protocol, seed) for entrant in entrants]
    runs = [
        _SystemRun(entrant, store, [store.find(number, fold) for number, fold in enumerate(folds)])
        for entrant, store in zip(entrants, stores, strict=True)
    ]
    apart = [one for one in runs if workers.are_processes and one.entrant.uses_folds]
    for one in runs:
        if one not in apart:
            _run_here(one, clips, folds, seed, progress, workers.threads)
    _run_apart(apart, clips, folds, seed, progress, workers)
    predictions = tuple(_joined(one, clips, folds) for one in runs)
    return Evaluation(clips, protocol, seed, folds, predictions)


@dataclass(frozen=True, eq=False)
class _SystemRun:
    """One entrant, its store and the prediction of each fold, None until it is computed."""

    entrant: Entrant
    store: FoldStore
    found: list[FoldPrediction | None]

    @property
    def missing(self) -> list[int]:
        return [number for number, prediction in enumerate(self.found) if prediction is None]

    def keep(self, number: int, fold: Fold, prediction: FoldPrediction) -> None:
        self.store.put(number, fold, prediction)
        self.found[number] = prediction


def _training(one: _SystemRun, clips: ClipSet, seed: int, threads: int) -> FoldTraining:
    with limited_threads(threads):
        features = one.entrant.features(clips.inputs(one.entrant.reads))
    return FoldTraining(
        one.entrant, features, clips.truth, clips.subject_ids, clips.datasets, len(clips.labels), seed
    )


def _run_here(
    one: _SystemRun, clips: ClipSet, folds: Sequence[Fold], seed: int, progress: Progress, threads: int
) -> None:
    """Compute the missing folds one after the other, in this process."""
    name, missing, shown = one.entrant.name, one.missing, inspected_fold(folds)
    progress.started(name, len(folds))
    training = _training(one, clips, seed, threads) if missing else None
    for number, fold in enumerate(folds):
        if training and number in missing:
            part = Part(progress, name, number)
            one.keep(number, fold, training.predict(fold, number == shown, threads, part))
        progress.advanced(name, number + 1)
    progress.finished(name)


def _run_apart(
    runs: Sequence[_SystemRun],
    clips: ClipSet,
    folds: Sequence[Fold],
    seed: int,
    progress: Progress,
    workers: Workers,
) -> None:
    """Compute the missing folds of all systems in other processes."""
    shown = inspected_fold(folds)
    for one in runs:
        progress.started(one.entrant.name, len(folds))
        progress.advanced(one.entrant.name, len(folds) - len(one.missing))
    unfinished = [one for one in runs if one.missing]
    missing = [(system, number) for system, one in enumerate(unfinished) for number in one.missing]
    tasks = [
        FoldTask(index, system, number, folds[number], number == shown)
        for index, (system, number) in enumerate(missing)
    ]
    if tasks:
        trainings = [_training(one, clips, seed, workers.threads) for one in unfinished]
        for task, prediction in spread(trainings, tasks, workers):
            one = unfinished[task.system]
            one.keep(task.number, task.fold, prediction)
            progress.advanced(one.entrant.name, len(folds) - len(one.missing))
    for one in runs:
        progress.finished(one.entrant.name)


def _joined(one: _SystemRun, clips: ClipSet, folds: Sequence[Fold]) -> SystemPredictions:
    """The predictions of all folds, clip by clip."""
    probabilities = np.full((len(clips), len(clips.labels)), np.nan)
    number_of = np.full(len(clips), -1, np.int64)
    found = [prediction for prediction in one.found if prediction is not None]
    for number, (fold, prediction) in enumerate(zip(folds, found, strict=True)):
        probabilities[fold.test], number_of[fold.test] = prediction.probabilities, number
    return SystemPredictions(
        one.entrant.name,
        one.entrant.is_control,
        dict(one.entrant.settings),
        probabilities,
        number_of,
        tuple(dict(prediction.chosen) for prediction in found),
        one.entrant.uses_folds,
        one.entrant.choices,
        tuple(prediction.epochs for prediction in found),
        found[inspected_fold(folds)].inspection,
        one.entrant.reads,
    )
