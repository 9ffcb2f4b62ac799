"""The executables of the nodes: one per entry of the node catalogue, and the hosts, which hold several nodes.

``ros2 run mer_ros NAME`` calls the function ``NAME`` of this module; ``mer up`` runs
``python -m mer_ros.nodes.executables NAME``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from mer_ros import runtime
from mer_ros.graph import huge_pages, parent
from mer_ros.graph.catalogue import executables
from mer_ros.nodes.base.entry import run_process


def run(name: str) -> int:
    """Run the process of an executable until it ends; returns the exit code."""
    huge_pages.reexec()
    parent.follow()
    entries = executables()[name]
    if any(entry.exchanges_images for entry in entries):
        runtime.tune_for_images()
    else:
        runtime.share_heap()
    return run_process(*(entry.place for entry in entries))


def __getattr__(name: str) -> Callable[[], int]:
    """The entry point of the executable of this name."""
    if name not in executables():
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return partial(run, name)


def main() -> int:
    """Run the executable named by the first argument; exit code 2 and one sentence for an unknown name."""
    name = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if name not in executables():
        sys.stderr.write(f"No executable is named {name!r}: use one of {', '.join(executables())}.\n")
        return 2
    return run(name)


if __name__ == "__main__":
    sys.exit(main())
