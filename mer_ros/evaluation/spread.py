"""Folds spread over processes, on this machine or on a Ray cluster.

Workers return their predictions; only the calling process writes files. If a worker is ended, for example for
lack of memory, the folds in progress are computed again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

from mer_ros.errors import ConfigError
from mer_ros.evaluation.fold_training import FoldTraining
from mer_ros.evaluation.workers import Cluster, FoldTask, Workers
from mer_ros.training.entrant import FoldPrediction

LOSSES_IN_A_ROW = 3
"""Number of times that workers may be ended without a fold finished in between."""


def spread(
    trainings: Sequence[FoldTraining], tasks: Sequence[FoldTask], workers: Workers
) -> Iterator[tuple[FoldTask, FoldPrediction]]:
    """Each task and its prediction, in the order in which they finish.

    ConfigError if workers are ended ``LOSSES_IN_A_ROW`` times without a finished fold in between.
    """
    pending, losses = {task.index: task for task in tasks}, 0
    with closing(_cluster(trainings, workers)) as cluster:
        while pending:
            try:
                for index, prediction in cluster.outcomes(list(pending.values())):
                    losses = 0
                    yield pending.pop(index), prediction
            except cluster.lost as error:
                losses += 1
                if losses == LOSSES_IN_A_ROW:
                    raise ConfigError(
                        f"Workers were ended {losses} times before a fold was finished, probably for lack of "
                        "memory: give fewer --workers; the same command continues."
                    ) from error


def _cluster(trainings: Sequence[FoldTraining], workers: Workers) -> Cluster:
    if workers.ray:
        from mer_ros.evaluation.ray_cluster import RayCluster  # late: an optional package

        return RayCluster(trainings, workers)
    from mer_ros.evaluation.local_cluster import LocalCluster

    return LocalCluster(trainings, workers)
