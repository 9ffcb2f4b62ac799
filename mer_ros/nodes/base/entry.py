"""The first moments of a node's process: signals are minded before anything heavy is imported."""

from __future__ import annotations

import importlib
import os
import signal
import sys


def run(node: str) -> int:
    """Import the node class that "module:Class" names and spin it. Returns the exit code; never a traceback.

    Importing takes seconds, in which Ctrl-C would end in a traceback: until the node minds signals itself
    there is nothing to give back, and the process just ends.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(0))
    module, _, name = node.partition(":")
    try:
        from mer_ros.nodes.base.runner import run_node

        node_class = getattr(importlib.import_module(module), name)
    except Exception as error:
        found = (str(error).splitlines() or [""])[0]
        sys.stderr.write(f"{module} cannot be imported ({type(error).__name__}: {found}): ask mer doctor.\n")
        return 1
    return run_node(node_class)
