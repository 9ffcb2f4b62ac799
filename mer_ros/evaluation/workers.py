"""What it takes to train folds in other processes: their number, the tasks, and where they run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from mer_ros.evaluation.fold_training import FoldTraining
from mer_ros.evaluation.protocol import Fold
from mer_ros.progress import SILENT
from mer_ros.training.entrant import FoldPrediction


@dataclass(frozen=True)
class Workers:
    """count: processes; 1 computes in the calling one. With ``ray`` 0 uses every CPU of the cluster.

    threads: of torch in each process; 0 for torch's own choice. ray: address of a Ray cluster, "" for none.
    """

    count: int = 1
    threads: int = 1
    ray: str = ""

    @property
    def are_processes(self) -> bool:
        """Whether folds are computed in other processes."""
        return self.count != 1 or bool(self.ray)


@dataclass(frozen=True, eq=False)
class FoldTask:
    """One fold of one system. index: among all tasks. system: index of its ``FoldTraining``. number: of the
    fold. inspect: see ``TrainingSet``.
    """

    index: int
    system: int
    number: int
    fold: Fold
    inspect: bool


Outcome = tuple[int, FoldPrediction]
"""Index of a task, and its prediction."""


class Cluster(Protocol):
    """Processes that compute tasks. lost: the exceptions that mean that one of them was ended."""

    lost: tuple[type[BaseException], ...]

    def outcomes(self, tasks: Sequence[FoldTask]) -> Iterable[Outcome]:
        """The outcomes of all tasks, in the order in which they finish."""

    def close(self) -> None:
        """End what was begun; no other call follows."""


def outcome(training: FoldTraining, task: FoldTask, threads: int) -> Outcome:
    """Compute one task; runs in a worker."""
    return task.index, training.predict(task.fold, task.inspect, threads, SILENT)
