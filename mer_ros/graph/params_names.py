"""Entries of a parameters file that give no node of the graph a parameter, and what may be meant by them."""

from __future__ import annotations

import difflib
from collections.abc import Collection

_LIKENESS = 0.8  # least ratio of ``difflib`` of a misspelt name, such as "clasifier"


def mismatch(entry: str, nodes: Collection[str], known: Collection[str]) -> str:
    """Why an entry that matches no node is a mistake, in a clause with its remedy; empty if it may be meant.

    entry: name of the entry, such as "/**/camera". nodes: fully qualified names of the nodes of the graph.
    known: names of all nodes of the package, also of those that this graph does not start.

    Example: ``face_tracker`` is ``/face_tracker`` to ROS, in no namespace.

    >>> mismatch("face_tracker", ["/mer/face_tracker"], ["camera", "face_tracker"])
    "'face_tracker' does not match /mer/face_tracker: write /**/face_tracker"

    A full name in another namespace, such as ``/robot2/mer/camera``, is that of a node of another graph,
    which may share the file.
    """
    if _is_full(entry):
        return ""
    name = _last(entry)
    for node in nodes:
        if _last(node) == name:
            return f"{entry!r} does not match {node}: write /**/{name}"
    # a name that contains a known one, such as my_camera, is that of another node
    if not any(other in name for other in known):
        for meant in difflib.get_close_matches(name.lower(), known, 1, _LIKENESS):
            return f"{entry!r} matches no node of the graph: write /**/{meant}"
    return ""


def remark(entry: str, known: Collection[str]) -> str:
    """A sentence on an entry that matches no node and is no ``mismatch``; empty for the plain name of a node
    that this graph does not start.
    """
    if _last(entry) in known and not _is_full(entry):
        return ""
    return f"{entry!r} matches no node of the graph and sets nothing here."


def _is_full(entry: str) -> bool:
    """Whether an entry names one node with its namespace, without wildcards."""
    return entry.startswith("/") and "*" not in entry and entry.count("/") > 1


def _last(name: str) -> str:
    """The last part of a name, which is that of the node."""
    return name.strip("/").rpartition("/")[2]
