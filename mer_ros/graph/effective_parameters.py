"""The parameters with which a node will start, and the source that it will open, before it is started."""

from __future__ import annotations

from collections.abc import Mapping

from mer_ros.graph import params_file, topic_names
from mer_ros.graph.catalogue import NodeEntry
from mer_ros.graph.parameter import Value
from mer_ros.sources import source_spec
from mer_ros.sources.catalogue import SOURCES


def effective(entry: NodeEntry, namespace: str, path: str, given: Mapping[str, Value]) -> dict[str, object]:
    """Name to value of every declared parameter of a node.

    namespace: of the node. path: parameters file of the user, empty without one; the file of this package
    sets nothing. given: the parameters of its command line, which override the file. ConfigError if the file
    cannot be read.
    """
    of_file = params_file.values(path, f"{topic_names.absolute(namespace)}/{entry.name}") if path else {}
    return {**{p.name: p.default for p in entry.parameters}, **of_file, **given}


def source_of(entry: NodeEntry, values: Mapping[str, object]) -> tuple[str, str] | None:
    """(kind, name) of the source that a node opens; None without one.

    values: of ``effective``. ConfigError if they name no source.
    """
    text = str(values[entry.source]) if entry.source else ""
    return source_spec.parse(text) if text else None


def plays_recording(entry: NodeEntry, values: Mapping[str, object]) -> bool:
    """Whether a node opens a source that ends. values, errors: as of ``source_of``."""
    source = source_of(entry, values)
    return source is not None and SOURCES.get(source[0]).ends
