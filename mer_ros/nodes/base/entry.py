"""Start of a node's process. Signal handlers are installed before slow imports."""

from __future__ import annotations

import importlib
import os
import signal
import sys


def run_process(place: str) -> int:
    """Import the node class at "module:Class" and spin it. Returns the exit code and prints no traceback.

    The import takes seconds, in which Ctrl-C would raise KeyboardInterrupt. Until the node handles signals
    itself, there is no resource to release, so SIGINT and SIGTERM end the process with exit code 0.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(0))
    module, _, name = place.partition(":")
    try:
        from mer_ros.nodes.base.runner import run_node

        node_class = getattr(importlib.import_module(module), name)
    except Exception as error:
        found = (str(error).splitlines() or [""])[0]
        sys.stderr.write(f"{module} cannot be imported ({type(error).__name__}: {found}): run mer doctor.\n")
        return 1
    return run_node(node_class)
