"""Start of a process of nodes. Signal handlers are installed before slow imports."""

from __future__ import annotations

import importlib
import os
import signal
import sys

from mer_ros.graph.processes import ENDING_SIGNALS


def run_process(*places: str) -> int:
    """Import the node classes at "module:Class" and spin them. Returns the exit code and prints no traceback.

    The imports take seconds, in which Ctrl-C would raise KeyboardInterrupt. Until the runner handles signals
    itself, there is no resource to release, so they end the process with exit code 0. A supervisor may have
    blocked them until here, because the interpreter does not handle them while it starts.
    """
    for number in ENDING_SIGNALS:
        signal.signal(number, lambda *_: os._exit(0))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING_SIGNALS)
    module = ""
    try:
        from mer_ros.nodes.base.runner import run_nodes

        classes = []
        for place in places:
            module, _, name = place.partition(":")
            classes.append(getattr(importlib.import_module(module), name))
    except Exception as error:
        found = (str(error).splitlines() or [""])[0]
        sys.stderr.write(
            f"{module or __package__} cannot be imported ({type(error).__name__}: {found}): run mer doctor.\n"
        )
        return 1
    return run_nodes(classes)
