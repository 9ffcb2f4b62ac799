"""The machines of a Ray cluster, by joblib's Ray backend. The package ray is an optional extra."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from joblib import Parallel, delayed, parallel_config

from mer_ros.errors import ConfigError
from mer_ros.evaluation.fold_training import FoldTraining
from mer_ros.evaluation.workers import FoldTask, Outcome, Workers, outcome


class RayCluster:
    """See ``Cluster``. Clips and systems are sent to each machine once; a worker occupies one CPU.

    ConfigError if ray is not installed, or there is no cluster at the address.
    """

    def __init__(self, trainings: Sequence[FoldTraining], workers: Workers) -> None:
        self._ray, self._workers = _imported(), workers
        if not self._ray.is_initialized():
            try:
                self._ray.init(workers.ray, log_to_driver=False, logging_level="ERROR")
            except ConnectionError as error:
                raise ConfigError(
                    f"No Ray cluster was found at {workers.ray!r}: start one with 'ray start --head', and "
                    "give its address with --ray."
                ) from error
        self.lost: tuple[type[BaseException], ...] = (self._ray.exceptions.RayError,)
        self._stored = [self._ray.put(training) for training in trainings]

    def outcomes(self, tasks: Sequence[FoldTask]) -> Iterable[Outcome]:
        """See ``Cluster``."""
        alive = int(self._ray.cluster_resources().get("CPU", 1))
        count = min(self._workers.count or alive, alive)
        with parallel_config("ray", ray_remote_args={"num_cpus": 1}):
            parallel = Parallel(count, return_as="generator_unordered", batch_size=1)
            yield from parallel(
                delayed(_stored_outcome)(self._stored[task.system], task, self._workers.threads)
                for task in tasks
            )


def _imported() -> Any:
    try:
        import ray
        from ray.util.joblib import register_ray
    except ImportError as error:
        raise ConfigError(
            f"--ray needs the package ray, which cannot be imported ({error}): pip install the checkout's "
            "requirements/ray.txt, or omit --ray."
        ) from error
    register_ray()
    return ray


def _stored_outcome(stored: Any, task: FoldTask, threads: int) -> Outcome:
    """As ``outcome``, for a training in Ray's object store."""
    import ray

    return outcome(ray.get(stored), task, threads)
