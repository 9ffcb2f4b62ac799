"""Processes of this machine, by joblib's backend loky."""

from __future__ import annotations

import contextlib
import functools
import importlib
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing import resource_tracker
from typing import Any, TypeVar

from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky.process_executor import TerminatedWorkerError

from mer_ros.evaluation.fold_training import FoldTraining
from mer_ros.evaluation.workers import FoldTask, Outcome, Workers, outcome

T = TypeVar("T")

LOST: tuple[type[BaseException], ...] = (TerminatedWorkerError,)
"""The exceptions that mean that a process was ended."""

WATCH_S = 0.5
"""Time between two looks at whether the calling process still runs."""


class LocalCluster:
    """See ``Cluster``. Large arrays are passed as memory maps, which all processes share. A process ends if
    the calling one is killed; loky alone would leave it for minutes.
    """

    lost = LOST

    def __init__(self, trainings: Sequence[FoldTraining], workers: Workers) -> None:
        self._trainings, self._workers = trainings, workers

    def outcomes(self, tasks: Sequence[FoldTask]) -> Iterable[Outcome]:
        """See ``Cluster``."""
        threads = self._workers.threads
        calls = ((self._trainings[task.system], task, threads) for task in tasks)
        yield from run_apart(outcome, calls, self._workers.count)

    def close(self) -> None:
        """Joblib ends idle processes by itself."""


@contextlib.contextmanager
def started_early(processes: int, modules: Sequence[str]) -> Iterator[None]:
    """Start the processes of ``LocalCluster`` now: they import these modules while the caller reads data.

    SIGINT is blocked in them: the caller ends them. Nothing is raised: a module that cannot be imported fails
    in the first call that needs it, and that call starts a lost process again.
    """
    calls = (delayed(_followed)(os.getpid(), _import_all, (modules,)) for _ in range(processes))
    with _loky(), _sigint_blocked():
        started = Parallel(processes, return_as="generator_unordered", batch_size=1)(calls)
    try:
        yield
    except KeyboardInterrupt:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # joblib warns that a result is not used
            started.close()
        raise
    finally:
        with contextlib.suppress(Exception):
            list(started)


def _import_all(modules: Sequence[str]) -> None:
    for name in modules:
        importlib.import_module(name)


def run_apart(
    function: Callable[..., T],
    calls: Iterable[tuple[Any, ...]],
    processes: int,
    initialise: Callable[[], None] | None = None,
) -> Iterator[T]:
    """``function(*call)`` for each call, in the order in which they finish, in processes of one thread each
    that end with the calling one. initialise: called once in each process, before its first call and before
    SIGINT reaches the process, which is blocked from its first instruction on: it may set a handler.

    Raises ``LOST`` if one of them was ended, for example for lack of memory.
    """
    with _loky(initialise):
        parallel = Parallel(processes, return_as="generator_unordered", batch_size=1)
        with _sigint_blocked() if initialise else contextlib.nullcontext():  # it starts the processes
            found = parallel(delayed(_followed)(os.getpid(), function, call) for call in calls)
        yield from found


def _loky(initialise: Callable[[], None] | None = None) -> parallel_config:
    """The configuration of joblib: with an equal one, the processes of an earlier call are used again."""
    first = initialise and functools.partial(_begin, initialise)
    return parallel_config("loky", inner_max_num_threads=1, initializer=first)


@contextlib.contextmanager
def _sigint_blocked() -> Iterator[None]:
    """Block SIGINT in this thread; threads and processes started meanwhile inherit it."""
    resource_tracker.ensure_running()  # its start unblocks SIGINT up to Python 3.13
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(initialise: Callable[[], None]) -> None:
    """Initialise this process, then let SIGINT through."""
    initialise()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _followed(caller: int, function: Callable[..., T], call: tuple[Any, ...]) -> T:
    """Call a function in a process that follows the calling one."""
    if os.getpid() != caller:
        _follow(caller)
    return function(*call)


@functools.cache
def _follow(caller: int) -> None:
    """End this process when its parent is no longer the calling process."""

    def watch() -> None:
        while os.getppid() == caller:
            time.sleep(WATCH_S)
        os._exit(1)  # a thread cannot end its process in any other way

    threading.Thread(target=watch, daemon=True).start()
