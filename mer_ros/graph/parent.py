"""Ends a node with the process that launched it, even if that one is killed.

``ros2 launch`` leaves its nodes running when it fails or is killed, and they keep the camera. A launch file
passes ``variables()`` to its nodes, and each calls ``follow``. Linux only; elsewhere both do nothing.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

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
    try:
        os.kill(int(launched_by), 0)
    except ProcessLookupError:
        sys.exit(0)
    except PermissionError:
        return  # it runs, as another user
