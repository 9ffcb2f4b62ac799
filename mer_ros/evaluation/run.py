"""One evaluation: every entrant is trained and predicts fold by fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from mer_ros.data.clip_set import ClipSet
from mer_ros.errors import ConfigError, DataError, quantity
from mer_ros.evaluation.fold_store import FoldStore
from mer_ros.evaluation.protocol import Fold, Protocol
from mer_ros.files import check_writable
from mer_ros.progress import SILENT, Part, Progress
from mer_ros.training.entrant import Entrant, FoldPrediction, TrainingSet


@dataclass(frozen=True, eq=False)
class SystemPredictions:
    """The predictions of one entrant, clip by clip.

    probabilities: (N, C) float64, NaN for clips in no test side. fold: (N,) int64, the number of the fold
    whose test side holds the clip, -1 for none. chosen: per fold, what was chosen on its training subjects.
    uses_folds: see ``Entrant``.
    """

    name: str
    is_control: bool
    settings: dict[str, object]
    probabilities: NDArray[np.float64]
    fold: NDArray[np.int64]
    chosen: tuple[dict[str, float], ...]
    uses_folds: bool = True

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


def evaluate(
    clips: ClipSet,
    protocol: Protocol,
    entrants: Sequence[Entrant],
    seed: int,
    out: Path,
    progress: Progress = SILENT,
) -> Evaluation:
    """Train and test every entrant on every fold.

    Predictions are stored under ``out`` after each fold. Stored folds are not computed again, so an
    interrupted evaluation continues with the next fold and ends as an uninterrupted one: a fold depends on
    its own subjects and the seed alone. Linear algebra runs on one thread, so that sums are always added in
    the same order.

    progress: receives a task for each entrant, named as it, counted in folds. ConfigError where an entrant is
    named twice, ``out`` cannot be written or holds another evaluation; DataError where the clips cannot be
    split or lack an input that an entrant reads. All are raised before any training.
    """
    names = [entrant.name for entrant in entrants]
    if len(set(names)) != len(names) or not names:
        raise ConfigError(f"The systems to evaluate are {names}: name one or more, each once.")
    folds = tuple(protocol.folds(clips, seed))
    for entrant in entrants:
        entrant.set_labels(clips.labels)
        clips.inputs(entrant.reads)  # a missing input is an error before any training
    check_writable(out, "--out")
    stores = [FoldStore.of(out, entrant, clips, protocol, seed) for entrant in entrants]
    stored = [[store.find(number, fold) for number, fold in enumerate(folds)] for store in stores]
    with threadpool_limits(1, "blas"):
        predictions = tuple(
            _run_folds(entrant, clips, folds, store, own, seed, progress)
            for entrant, store, own in zip(entrants, stores, stored, strict=True)
        )
    return Evaluation(clips, protocol, seed, folds, predictions)


def _run_folds(
    entrant: Entrant,
    clips: ClipSet,
    folds: Sequence[Fold],
    store: FoldStore,
    stored: Sequence[FoldPrediction | None],
    seed: int,
    progress: Progress,
) -> SystemPredictions:
    """stored: the prediction of each fold found in the store, or None."""
    subject_ids, n_labels = clips.subject_ids, len(clips.labels)
    probabilities = np.full((len(clips), n_labels), np.nan)
    number_of = np.full(len(clips), -1, np.int64)
    chosen = []
    features: NDArray[Any] | None = None
    progress.started(entrant.name, len(folds))
    for number, fold in enumerate(folds):
        prediction = stored[number]
        if prediction is None:
            if features is None:
                features = entrant.features(clips.inputs(entrant.reads))
            training_set = TrainingSet(
                features[fold.train],
                clips.truth[fold.train],
                subject_ids[fold.train],
                n_labels,
                clips.datasets[fold.train],
                clips.datasets[fold.test],
            )
            part = Part(progress, entrant.name, number)
            prediction = entrant.fit_predict(training_set, features[fold.test], seed, part)
            _check(entrant.name, fold, prediction, n_labels)
            store.put(number, fold, prediction)
        probabilities[fold.test], number_of[fold.test] = prediction.probabilities, number
        chosen.append(dict(prediction.chosen))
        progress.advanced(entrant.name, number + 1)
    progress.finished(entrant.name)
    settings = dict(entrant.settings)
    return SystemPredictions(
        entrant.name,
        entrant.is_control,
        settings,
        probabilities,
        number_of,
        tuple(chosen),
        entrant.uses_folds,
    )


def _check(name: str, fold: Fold, prediction: FoldPrediction, n_labels: int) -> None:
    """Refuse predictions of a wrong number, or that are no probabilities."""
    given = prediction.probabilities
    good = given.shape == (len(fold.test), n_labels) and np.isfinite(given).all()
    if not good or np.abs(given.sum(1) - 1).max() > 1e-6:
        raise DataError(
            f"The prediction of {name!r} for fold {fold.name!r}, of shape {given.shape}, does not contain "
            f"probabilities of {quantity(len(fold.test), 'clip')} and {n_labels} classes: its training has "
            "failed, choose other settings."
        )
