"""The machines of a Ray cluster, by joblib's Ray backend. The package ray is an optional extra."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from typing import Any

from joblib import Parallel, delayed, parallel_config, register_parallel_backend

from mer_ros.errors import ConfigError
from mer_ros.evaluation.fold_training import FoldTraining
from mer_ros.evaluation.workers import FoldTask, Outcome, Workers, outcome

BACKEND = "mer_ros ray"
"""Name of the backend in joblib."""

WAIT_S = 15.0
"""Time in which a machine must answer; Ray itself notices the loss of one only after half a minute."""


class RayCluster:
    """See ``Cluster``. Clips and systems are sent to each machine once; a worker occupies one CPU.

    ConfigError if ray is not installed, or there is no cluster at the address.
    """

    def __init__(self, trainings: Sequence[FoldTraining], workers: Workers) -> None:
        self._ray, self._workers = _imported(), workers
        _check_address(workers.ray)
        try:
            self._ray.init(workers.ray, log_to_driver=False, logging_level="ERROR", ignore_reinit_error=True)
        except ConnectionError as error:
            raise _no_cluster(workers.ray) from error
        self.lost: tuple[type[BaseException], ...] = (self._ray.exceptions.RayError,)
        self._stored = [self._ray.put(training) for training in trainings]

    def outcomes(self, tasks: Sequence[FoldTask]) -> Iterable[Outcome]:
        """See ``Cluster``."""
        alive = self._answering_cpus()
        count = min(self._workers.count or alive, alive)
        with parallel_config(BACKEND, ray_remote_args={"num_cpus": 1, "scheduling_strategy": "SPREAD"}):
            parallel = Parallel(count, return_as="generator_unordered", batch_size=1)
            yield from parallel(
                delayed(_stored_outcome)(self._stored[task.system], task, self._workers.threads)
                for task in tasks
            )

    def close(self) -> None:
        """Disconnect from the cluster."""
        self._ray.shutdown()

    def _answering_cpus(self) -> int:
        """Number of CPUs of the machines that answer now. ConfigError if none does."""
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        cpus = {}
        for node in self._ray.nodes():
            if node["Alive"] and node["Resources"].get("CPU"):
                there = NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
                probe = self._ray.remote(num_cpus=0, scheduling_strategy=there, max_retries=0)(_present)
                cpus[probe.remote()] = int(node["Resources"]["CPU"])
        ready, _ = self._ray.wait(list(cpus), num_returns=len(cpus), timeout=WAIT_S) if cpus else ([], [])
        found = sum(cpus[one] for one in ready if self._answers(one))
        if not found:
            raise ConfigError(
                f"No machine of the Ray cluster {self._workers.ray!r} answered within {WAIT_S:g} s: start "
                "one with 'ray start'; the same command continues."
            )
        return found

    def _answers(self, probe: Any) -> bool:
        try:
            return bool(self._ray.get(probe))
        except self.lost:
            return False


def _imported() -> Any:
    """The package ray, with its backend registered in joblib."""
    try:
        import ray
        from ray.util.joblib.ray_backend import RayBackend
    except ImportError as error:
        raise ConfigError(
            f"--ray needs the package ray, which cannot be imported ({error}): pip install the checkout's "
            "requirements/ray.txt, or omit --ray."
        ) from error

    class Incremental(RayBackend):
        # As of Ray 2.60 the backend inherits a False that concerns processes of multiprocessing.
        supports_return_generator = True

    register_parallel_backend(BACKEND, Incremental)
    return ray


def _check_address(address: str) -> None:
    """ConfigError if nothing listens at host:port; Ray itself would try for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not port.isdigit():
        return
    try:
        socket.create_connection((host, int(port)), WAIT_S).close()
    except (OSError, OverflowError) as error:
        raise _no_cluster(address) from error


def _no_cluster(address: str) -> ConfigError:
    return ConfigError(
        f"No Ray cluster was found at {address!r}: start one with 'ray start --head', and give its address "
        "with --ray."
    )


def _present() -> bool:
    """Runs on a machine, to see whether it answers."""
    return True


def _stored_outcome(stored: Any, task: FoldTask, threads: int) -> Outcome:
    """As ``outcome``, for a training in Ray's object store."""
    import ray

    return outcome(ray.get(stored), task, threads)
