"""The parameters with which a node will start, and the source that it will open, before it is started."""

from __future__ import annotations

from collections.abc import Mapping

from mer_ros.errors import ConfigError
from mer_ros.graph import params_file, source_probe, topic_names
from mer_ros.graph.catalogue import NodeEntry
from mer_ros.graph.parameter import Value
from mer_ros.sources import source_spec
from mer_ros.sources.catalogue import SOURCES
from mer_ros.sources.source import SourceOptions


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


def check_source(entry: NodeEntry, values: Mapping[str, object]) -> None:
    """Raise ConfigError if a node opens a source that does not exist or cannot be read.

    A webcam may appear later. values: of ``effective``.
    """
    source = source_of(entry, values)
    if source is not None:
        SOURCES.get(source[0]).check(source[1])
        source_probe.image_size(*source, _options(values))


def image_bytes(entry: NodeEntry, values: Mapping[str, object]) -> int:
    """Size of the images of the source that a node opens, as bgr8; 0 if it is not known before that.

    values: of ``effective``.
    """
    try:
        source = source_of(entry, values)
        size = source_probe.image_size(*source, _options(values)) if source is not None else None
    except ConfigError:  # of ``check_source``
        return 0
    return 3 * size[0] * size[1] if size else 0


def _options(values: Mapping[str, object]) -> SourceOptions:
    width, height, fps = (values[name] for name in ("width", "height", "fps"))
    assert isinstance(width, int) and isinstance(height, int) and isinstance(fps, float)
    return SourceOptions(fps, (width, height))


def plays_recording(entry: NodeEntry, values: Mapping[str, object]) -> bool:
    """Whether a node opens a source that ends. values, errors: as of ``source_of``."""
    source = source_of(entry, values)
    return source is not None and SOURCES.get(source[0]).ends
