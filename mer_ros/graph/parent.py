"""Ends a node with the process that launched it, even if that one is killed.

``ros2 launch`` leaves its nodes running when it fails or is killed, and they keep the camera. A launch file
passes ``variables()`` to its nodes, and each calls ``follow``. Linux only; elsewhere both do nothing.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

VARIABLE = "MER_LAUNCHED_BY"
"""Environment variable with the process id of the launch."""

_PR_SET_PDEATHSIG = 1


def variables() -> dict[str, str]:
    """Variables for the nodes that this process launches."""
    return {VARIABLE: str(os.getpid())}


def follow() -> None:
    """Receive SIGTERM when the parent dies, if this process was launched so; end now if the launch has died.

    The parent is the launch itself, or the program that a launch prefix names.
    """
    launched_by = os.environ.pop(VARIABLE, "")  # not for the children of this process
    if not launched_by.isdigit() or not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
    if not _runs(launched_by):
        sys.exit(0)


def _runs(pid: str) -> bool:
    """Whether a process exists and is no zombie. proc(5): its state stands behind its name in parentheses."""
    try:
        stat = Path("/proc", pid, "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in ("Z", "X")
