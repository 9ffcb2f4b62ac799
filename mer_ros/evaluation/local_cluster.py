"""Processes of this machine, by joblib's backend loky."""

from __future__ import annotations

import functools
import os
import threading
import time
from collections.abc import Iterable, Sequence

from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky.process_executor import TerminatedWorkerError

from mer_ros.evaluation.fold_training import FoldTraining
from mer_ros.evaluation.workers import FoldTask, Outcome, Workers, outcome

WATCH_S = 0.5
"""Time between two looks at whether the calling process still runs."""


class LocalCluster:
    """See ``Cluster``. Large arrays are passed as memory maps, which all processes share. A process ends if
    the calling one is killed; loky alone would leave it for minutes.
    """

    lost: tuple[type[BaseException], ...] = (TerminatedWorkerError,)

    def __init__(self, trainings: Sequence[FoldTraining], workers: Workers) -> None:
        self._trainings, self._workers = trainings, workers

    def outcomes(self, tasks: Sequence[FoldTask]) -> Iterable[Outcome]:
        """See ``Cluster``."""
        with parallel_config("loky", inner_max_num_threads=1):
            parallel = Parallel(self._workers.count, return_as="generator_unordered", batch_size=1)
            yield from parallel(
                delayed(_watched_outcome)(
                    os.getpid(), self._trainings[task.system], task, self._workers.threads
                )
                for task in tasks
            )

    def close(self) -> None:
        """Joblib ends idle processes by itself."""


def _watched_outcome(caller: int, training: FoldTraining, task: FoldTask, threads: int) -> Outcome:
    """As ``outcome``, in a process that follows the calling one."""
    if os.getpid() != caller:
        _follow(caller)
    return outcome(training, task, threads)


@functools.cache
def _follow(caller: int) -> None:
    """End this process when its parent is no longer the calling process."""

    def watch() -> None:
        while os.getppid() == caller:
            time.sleep(WATCH_S)
        os._exit(1)  # a thread cannot end its process in any other way

    threading.Thread(target=watch, daemon=True).start()
