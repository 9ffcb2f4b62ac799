"""Processes of this machine, by joblib's backend loky."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky.process_executor import TerminatedWorkerError

from mer_ros.evaluation.fold_training import FoldTraining
from mer_ros.evaluation.workers import FoldTask, Outcome, Workers, outcome


class LocalCluster:
    """See ``Cluster``. Large arrays are passed as memory maps, which all processes share."""

    lost: tuple[type[BaseException], ...] = (TerminatedWorkerError,)

    def __init__(self, trainings: Sequence[FoldTraining], workers: Workers) -> None:
        self._trainings, self._workers = trainings, workers

    def outcomes(self, tasks: Sequence[FoldTask]) -> Iterable[Outcome]:
        """See ``Cluster``."""
        with parallel_config("loky", inner_max_num_threads=1):
            parallel = Parallel(self._workers.count, return_as="generator_unordered", batch_size=1)
            yield from parallel(
                delayed(outcome)(self._trainings[task.system], task, self._workers.threads) for task in tasks
            )

    def close(self) -> None:
        """Joblib ends idle processes by itself."""
