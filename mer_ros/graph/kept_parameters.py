"""Parameters that were set while a node ran, kept so that the node has them again after a restart.

Launch and ``mer up`` restart a node that dies with the command line of its first start, which does not know
what was set since. Therefore they name a folder to their nodes (environment variable ``VARIABLE``), in which
each node keeps what was set. The folder belongs to one process of launch or ``mer up``: a new one starts with
the parameters that it is given. A node that nobody restarts keeps nothing.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from mer_ros import files
from mer_ros.graph import user_folder
from mer_ros.graph.parameter import Value

VARIABLE = "MER_KEPT_PARAMETERS"


def variables() -> dict[str, str]:
    """The environment of nodes that this process starts and restarts; no folder is created yet."""
    return {VARIABLE: str(user_folder.path() / f"{os.getpid()}-{_start_of(os.getpid())}")}


class KeptParameters:
    """The kept parameters of one node. node: its fully qualified name, such as "/mer/classifier"."""

    def __init__(self, node: str, environ: Mapping[str, str] | None = None) -> None:
        folder = (os.environ if environ is None else environ).get(VARIABLE, "")
        self._path = Path(folder, f"{node.strip('/').replace('/', '.')}.json") if folder else None

    def read(self) -> dict[str, object]:
        """Name to value, empty without a file that this user has written."""
        if self._path is None or not user_folder.is_private(self._path.parent.parent):
            return {}
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def update(self, values: Mapping[str, Value]) -> None:
        """Keep these values too; ConfigError names a folder that cannot be written."""
        if self._path is None:
            return
        user_folder.create(self._path.parent)
        _remove_abandoned(self._path.parent.parent)
        files.write_text(self._path, json.dumps({**self.read(), **values}))


def _remove_abandoned(user: Path) -> None:
    """Remove the folders of processes that have ended."""
    for folder in user.iterdir():
        pid, _, start = folder.name.partition("-")
        if pid.isdigit() and _start_of(int(pid)) != start:
            shutil.rmtree(folder, ignore_errors=True)


def _start_of(pid: int) -> str:
    """When a process started, clock ticks since boot, as text; empty if there is no such process.

    proc(5): field 22 of /proc/PID/stat, counted behind the name in parentheses.
    """
    try:
        return (
            Path(f"/proc/{pid}/stat")
            .read_text(encoding="utf-8", errors="replace")
            .rsplit(")", 1)[1]
            .split()[19]
        )
    except (OSError, IndexError):
        return ""
