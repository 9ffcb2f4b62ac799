"""Creates a node, spins it and shuts it down."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable

import rclpy
from rclpy.exceptions import ParameterException, ROSInterruptException
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor

from mer_ros.errors import ConfigError, MerError
from mer_ros.graph import params_file
from mer_ros.graph.processes import USAGE_ERROR
from mer_ros.nodes.base.guarded import FAILURES_UNTIL_ERROR, first_line, sentence_of
from mer_ros.nodes.base.initialisation import ensure_log_folder
from mer_ros.nodes.base.lifecycle import MerLifecycleNode
from mer_ros.runtime import Streak


def run_node(node_class: Callable[[], MerLifecycleNode]) -> int:
    """Spin a node until SIGINT, SIGTERM or its own end. Returns the exit code and prints no traceback."""
    signals: list[int] = []  # received; once rclpy is initialised, its handler shuts the context down too
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _frame: signals.append(number))
    try:
        params_file.check_arguments(sys.argv)
    except MerError as error:
        sys.stderr.write(f"{error}\n")
        return USAGE_ERROR
    try:
        ensure_log_folder()
        rclpy.init()
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except Exception as error:
        sys.stderr.write(f"The command line is invalid: {first_line(error)}\n")
        return USAGE_ERROR
    node, executor = None, None
    try:
        executor = SingleThreadedExecutor()
        node = node_class()
        executor.add_node(node)
        return _spin(node, executor, signals)
    except Exception as error:
        if signals or not rclpy.ok():
            return 0
        if isinstance(error, ParameterException):  # of rclpy's own parameters, such as use_sim_time
            sys.stderr.write(f"The command line is invalid: {first_line(error)}\n")
            return USAGE_ERROR
        sys.stderr.write(f"{sentence_of(error)}\n")
        return 1
    finally:
        if node is not None:
            node.end()
            node.destroy_node()
        if executor is not None:
            executor.shutdown()
        rclpy.try_shutdown()


def _spin(node: MerLifecycleNode, executor: SingleThreadedExecutor, signals: list[int]) -> int:
    """Process callbacks until the end. Returns 1 after five consecutive failures of the executor, else 0."""
    streak = Streak(FAILURES_UNTIL_ERROR)
    while rclpy.ok() and not signals:
        try:
            executor.spin_once()
            streak.success()
        except (ExternalShutdownException, ROSInterruptException):
            break
        except Exception as error:
            if not rclpy.ok():
                break
            node.get_logger().error(sentence_of(error))
            if streak.failure():
                return 1
    return 0
