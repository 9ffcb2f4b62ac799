"""The main function of every node."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable

import rclpy
from rclpy.exceptions import ROSInterruptException
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor

from mer_ros.errors import MerError
from mer_ros.health import Streak
from mer_ros.nodes.lifecycle import FAILURES_UNTIL_ERROR, MerLifecycleNode, first_line, sentence_of


def run_node(node_class: Callable[[], MerLifecycleNode]) -> int:
    """Spin a node until SIGINT, SIGTERM or its own end. Returns the exit code; never a traceback."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)  # rclpy's own handler shuts the context down; spin notices
    try:
        rclpy.init()
    except Exception as error:
        sys.stderr.write(f"The command line cannot be used: {first_line(error)}\n")
        return 2
    node, executor, streak = None, SingleThreadedExecutor(), Streak(FAILURES_UNTIL_ERROR)
    try:
        node = node_class()
        executor.add_node(node)
        while rclpy.ok():
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
    except MerError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        if node is not None:
            node.end()
            node.destroy_node()
        executor.shutdown()
        rclpy.try_shutdown()
