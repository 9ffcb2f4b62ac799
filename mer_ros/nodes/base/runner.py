"""Creates the nodes of a process, spins each in a thread of its own, and shuts them down.

The main thread only waits for a signal or for the end of a node: while a node configures itself, which takes
seconds, a signal is handled at once. A node that is loading a model is not waited for: it leaves the ROS
graph, and the process ends.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import NoReturn

import rclpy
from rclpy.exceptions import ParameterException, ROSInterruptException
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.signals import SignalHandlerOptions

from mer_ros.errors import ConfigError, MerError
from mer_ros.graph import params_file
from mer_ros.graph.processes import ENDING_SIGNALS, USAGE_ERROR
from mer_ros.nodes.base.guarded import FAILURES_UNTIL_ERROR, first_line, sentence_of
from mer_ros.nodes.base.initialisation import ensure_log_folder
from mer_ros.nodes.base.lifecycle import MerLifecycleNode
from mer_ros.runtime import Streak, first_of

_CALLBACK_LIMIT_S = 0.4  # from a signal until the running callbacks are no longer waited for
_END_LIMIT_S = 0.8  # ... until the process ends in any case


def run_nodes(node_classes: Sequence[Callable[[], MerLifecycleNode]]) -> int:
    """Spin nodes until SIGINT, SIGTERM or the end of one, then end the process; prints no traceback.

    Returns the exit code, without having created a node, if ROS does not start.
    """
    ends: queue.SimpleQueue[int] = queue.SimpleQueue()  # exit codes; put may interrupt get in the same thread
    for number in ENDING_SIGNALS:
        signal.signal(number, lambda *_: ends.put(0))
    try:
        params_file.check_arguments(sys.argv)
    except MerError as error:
        sys.stderr.write(f"{error}\n")
        return USAGE_ERROR
    try:
        ensure_log_folder()
        rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except Exception as error:
        sys.stderr.write(f"The command line is invalid: {first_line(error)}\n")
        return USAGE_ERROR
    workers: list[_Worker] = []
    creation = threading.Thread(target=_create, args=(node_classes, workers, ends), daemon=True)
    creation.start()
    code = first_of(ends)
    clean: list[bool] = []
    ending = threading.Thread(target=_end, args=(creation, workers, clean), daemon=True)
    ending.start()
    ending.join(_END_LIMIT_S)
    _leave(code, bool(clean))


def _create(
    node_classes: Sequence[Callable[[], MerLifecycleNode]],
    workers: list[_Worker],
    ends: queue.SimpleQueue[int],
) -> None:
    """Create the nodes, append their workers and start them; put the exit code into ``ends`` if one fails."""
    try:
        for node_class in node_classes:
            workers.append(_Worker(node_class(), ends))
        _check_names([worker.node for worker in workers])
    except Exception as error:
        ends.put(_refusal(error) if ends.empty() else 0)
        return
    for worker in workers:
        worker.start()


def _check_names(nodes: Sequence[MerLifecycleNode]) -> None:
    """Raise ConfigError if nodes of one process have the same name."""
    names = [node.get_name() for node in nodes]
    for node in nodes:
        if names.count(node.get_name()) > 1:
            given, own = node.get_name(), node.NAME
            raise ConfigError(
                f"__node:={given} names several nodes of this process: write -r {own}:__node:={given}."
            )


def _refusal(error: Exception) -> int:
    """Print why the nodes cannot be created; the exit code."""
    if isinstance(error, (ParameterException, ConfigError)):  # rclpy's own parameters, such as use_sim_time
        sys.stderr.write(f"The command line is invalid: {first_line(error)}\n")
        return USAGE_ERROR
    sys.stderr.write(f"{sentence_of(error)}\n")
    return 1


class _Worker:
    """A node with its executor in a thread. ends: receives the exit code of the thread when it ends."""

    def __init__(self, node: MerLifecycleNode, ends: queue.SimpleQueue[int]) -> None:
        self.node, self._ends = node, ends
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(node)
        self._wake = node.create_guard_condition(lambda: None)
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=node.get_name(), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let the thread end after its current callback."""
        self._stopping = True
        with contextlib.suppress(Exception):  # the node may have been destroyed by its own end
            self._wake.trigger()

    def joined(self, deadline_s: float) -> bool:
        """Whether the thread has ended by then; steady clock, seconds."""
        if self._thread.ident is not None:
            self._thread.join(max(0.0, deadline_s - time.monotonic()))
        return not self._thread.is_alive()

    def close(self, clean: bool) -> None:
        """Release the node's resources if its thread has ended (clean), and leave the ROS graph."""
        if clean:
            self.node.end()
        self.node.destroy_node()
        if clean:
            self._executor.shutdown()

    def _run(self) -> None:
        code = 1
        try:
            code = self._spin()
        finally:
            self._ends.put(code)

    def _spin(self) -> int:
        """Process callbacks until the end; 1 after five consecutive failures of the executor, else 0."""
        streak = Streak(FAILURES_UNTIL_ERROR)
        while rclpy.ok() and not self._stopping:
            try:
                self._executor.spin_once()
                streak.success()
            except (ExternalShutdownException, ROSInterruptException):
                break
            except Exception as error:
                if self._stopping or not rclpy.ok():
                    break
                self.node.get_logger().error(sentence_of(error))
                if streak.failure():
                    return 1
        return 0


def _end(creation: threading.Thread, workers: Sequence[_Worker], clean: list[bool]) -> None:
    """End the threads, release the resources and leave the ROS graph; append to ``clean`` if all ended."""
    deadline_s = time.monotonic() + _CALLBACK_LIMIT_S
    creation.join(_CALLBACK_LIMIT_S)
    for worker in workers:
        worker.stop()
    ended = [worker.joined(deadline_s) for worker in workers]
    for worker, one in zip(workers, ended):
        with contextlib.suppress(Exception):
            worker.close(one)
    if all(ended) and not creation.is_alive():
        rclpy.try_shutdown()
        clean.append(True)


def _leave(code: int, clean: bool) -> NoReturn:
    """End the process without the teardown of the interpreter, which takes a second after torch is imported.

    clean: whether no thread uses what exit handlers release, such as temporary folders.
    """
    if clean:
        atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(code)
