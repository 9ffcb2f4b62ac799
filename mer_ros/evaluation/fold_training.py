"""One fold as a pure task: the same entrant, clips, fold and seed give the same prediction in any process."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from mer_ros.errors import DataError, quantity
from mer_ros.evaluation.protocol import Fold
from mer_ros.progress import Progress
from mer_ros.training.entrant import Entrant, FoldPrediction, TrainingSet


@dataclass(frozen=True, eq=False)
class FoldTraining:
    """One entrant and all clips as it reads them. features: (N, ...). truth: (N,) int64. subject_ids,
    datasets: (N,) str.
    """

    entrant: Entrant
    features: NDArray[Any]
    truth: NDArray[np.int64]
    subject_ids: NDArray[np.str_]
    datasets: NDArray[np.str_]
    n_labels: int
    seed: int

    def predict(self, fold: Fold, inspect: bool, threads: int, progress: Progress) -> FoldPrediction:
        """Train on one side of a fold and predict the other.

        inspect: see ``TrainingSet``. threads: of torch, 0 for its own choice; networks round differently for
        each number. DataError where what is predicted are no probabilities.
        """
        training_set = TrainingSet(
            self.features[fold.train],
            self.truth[fold.train],
            self.subject_ids[fold.train],
            self.n_labels,
            self.datasets[fold.train],
            self.datasets[fold.test],
            inspect,
            self.subject_ids[fold.test],
        )
        with limited_threads(threads):
            found = self.entrant.fit_predict(training_set, self.features[fold.test], self.seed, progress)
        _check(self.entrant.name, fold, found, self.n_labels)
        return found


@contextmanager
def limited_threads(threads: int) -> Iterator[None]:
    """Linear algebra on one thread, so that sums are always added in the same order; torch on ``threads``."""
    torch = sys.modules.get("torch")
    before = torch.get_num_threads() if torch and threads else 0
    with threadpool_limits(1, "blas"):
        if torch and threads:
            torch.set_num_threads(threads)
        try:
            yield
        finally:
            if torch and before:
                torch.set_num_threads(before)


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
