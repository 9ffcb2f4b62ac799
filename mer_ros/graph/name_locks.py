"""Locks on the names of nodes, so that two graphs on one machine do not use the same.

Two nodes of one name answer the same services, publish on the same topics and process two cameras as one.
The process of launch or ``mer up`` holds a lock file for each name while it runs. The kernel releases it
when the process dies, so a lock is never left behind. Graphs of other machines, users or containers are not
seen.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Collection, Sequence
from pathlib import Path
from types import TracebackType

from mer_ros.errors import ConfigError
from mer_ros.graph import topic_names, user_folder
from mer_ros.graph.description import NodeSpec


class NameLocks:
    """Holds the names of the nodes from its creation until ``close``, or until the end of a with block.

    ConfigError names a node that runs already. Without a writable temporary folder nothing is locked.
    """

    def __init__(self, specs: Sequence[NodeSpec], environ: dict[str, str] | None = None) -> None:
        domain = (os.environ if environ is None else environ).get("ROS_DOMAIN_ID") or "0"
        self._files: list[int] = []
        folder = user_folder.path() / "names"
        try:
            user_folder.create(folder)
        except ConfigError:
            return
        try:
            for name in _names(specs):
                self._lock(folder / f"{domain}{name.replace('/', '.')}", name)
        except ConfigError:
            self.close()
            raise

    def __enter__(self) -> NameLocks:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release all names; may be called twice."""
        while self._files:
            os.close(self._files.pop())

    def _lock(self, path: Path, name: str) -> None:
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(file, 20).decode(errors="replace").strip()
            os.close(file)
            who = "in this launch" if holder == str(os.getpid()) else f"of process {holder or 'unknown'}"
            raise ConfigError(
                f"{name} is already a node of a graph {who}: give this graph another namespace "
                "(namespace:=NAME, --namespace NAME), or stop the other one."
            ) from None
        os.ftruncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        self._files.append(file)


def _names(specs: Sequence[NodeSpec]) -> Collection[str]:
    """The fully qualified names of all nodes of this package."""
    return [
        f"{topic_names.absolute(spec.namespace)}/{node}"
        for spec in specs
        if spec.package == "mer_ros"
        for node in spec.nodes or (spec.name,)
    ]
