"""The diagnostics of the nodes of one graph."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from diagnostic_msgs.msg import DiagnosticArray


class NodeStatus(NamedTuple):
    """Status of a node. name: below the namespace. values: by key."""

    name: str
    level: bytes
    message: str
    values: dict[str, str]


def statuses_below(namespace: str, message: DiagnosticArray) -> Iterator[NodeStatus]:
    """Status of each node of a message that is in a namespace or below it."""
    prefix = f"{namespace.strip('/')}/".lstrip("/")
    for status in message.status:
        if status.name.startswith(prefix):
            values = {pair.key: pair.value for pair in status.values}
            yield NodeStatus(status.name.removeprefix(prefix), status.level, status.message, values)
