"""Initialises ROS where its folder for logs, or shared memory, is missing."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator

import rclpy
from rclpy.signals import SignalHandlerOptions

from mer_ros.errors import GraphError
from mer_ros.graph import log_folder, transport_profile
from mer_ros.nodes.base.guarded import first_line


def ensure_log_folder() -> None:
    """Let ROS write its logs to a temporary folder if it cannot write them to its own, and say so on stderr.

    Processes started later inherit the folder. Raises ConfigError as ``log_folder.ensure``.
    """
    sentence = log_folder.ensure(os.environ)
    if sentence:
        sys.stderr.write(f"{sentence}\n")


def init_command(*, signal_handlers: bool = True) -> None:
    """Initialise ROS in a command of this package. signal_handlers: install those of rclpy.

    Raises GraphError if ROS does not start, ConfigError if there is no folder for its logs.
    """
    ensure_log_folder()
    udp = transport_profile.udp_variables(os.environ)
    if udp:
        os.environ.update(udp)
        sys.stderr.write(
            f"{transport_profile.shared_memory_problem()}: images are sent over UDP, which loses frames of "
            "fast cameras; mount a tmpfs on /dev/shm (mode 1777), or let the tracker open the camera "
            "(--direct).\n"
        )
    options = SignalHandlerOptions.ALL if signal_handlers else SignalHandlerOptions.NO
    try:
        rclpy.init(args=[], signal_handler_options=options)
    except Exception as error:  # rclpy's own errors share no base class
        raise does_not_start(error) from error


@contextlib.contextmanager
def initialised() -> Iterator[None]:
    """ROS, initialised as by ``init_command`` without signal handlers, and shut down at the end."""
    init_command(signal_handlers=False)
    try:
        yield
    finally:
        rclpy.try_shutdown()


def does_not_start(error: Exception) -> GraphError:
    """The error for an exception of rclpy while ROS starts."""
    return GraphError(
        f"ROS does not start ({first_line(error)}): check ROS_DOMAIN_ID and RMW_IMPLEMENTATION."
    )
