"""Checks a parameters file before any process starts: its form, and the parameters of the nodes of the graph.

A node that cannot read the file would be restarted in vain; one that refuses a parameter would stay
unconfigured beside the others. The rules are those of rcl_yaml_param_parser, which the nodes use.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mer_ros.compat import need
from mer_ros.errors import ConfigError
from mer_ros.graph import params_names
from mer_ros.graph.catalogue import NODES, NodeEntry

_PARAMETERS = "ros__parameters"
_REMEDY = "correct it; config/mer.yaml is an example."
_OF_ROS = ("use_sim_time", "start_type_description_service")
"""Parameters that ROS declares on every node."""

_TRUE = ("Y", "y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")
_FALSE = ("N", "n", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")
_INTEGER = re.compile(r"[-+]?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)")  # as strtol reads it
_FLOAT = re.compile(r"[-+]?((\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|\.?(inf|Inf|INF)|\.?(nan|NaN|NAN))")


def check(path: str, nodes: Mapping[str, NodeEntry] | None = None) -> None:
    """Raise ConfigError unless ROS nodes can read a file, and these accept the parameters that it gives them.

    An entry that matches none of the nodes, but has the name of one or nearly so, is refused: it would set
    nothing in silence.

    nodes: fully qualified name, such as "/mer/camera", to entry; None: only the form is checked.
    """
    file = f"params_file {path!r}"
    if not Path(path).is_file():
        raise ConfigError(f"{file} does not exist: give the path of a YAML file.")
    root = _parsed(path, file)
    if root is None:
        return  # an empty file sets nothing
    problem = _problem(root, "the file")
    if problem:
        raise ConfigError(f"{file} is no parameters file: {problem}: {_REMEDY}")
    for pattern, given in _sections(root) if nodes else ():
        matching = _matching(pattern, nodes or {})
        wrong = "" if matching else params_names.mismatch(pattern, nodes or {}, NODES)
        if wrong:
            raise ConfigError(f"{file}: {wrong}.")
        for entry in matching:
            refused = entry.refusals(given)
            if refused:
                raise ConfigError(f"{file}: {' '.join(refused.values())}")


def remarks(path: str, nodes: Mapping[str, NodeEntry]) -> list[str]:
    """One sentence for each entry of a file that sets nothing on any node of the package.

    The file may be shared with other nodes. nodes: as of ``check``, whose errors it raises.
    """
    check(path, nodes)
    file = f"params_file {path!r}"
    root = _parsed(path, file)
    unmatched = [p for p, _ in _sections(root) if not _matching(p, nodes)] if root is not None else []
    return [f"{file}: {text}" for entry in unmatched if (text := params_names.remark(entry, NODES))]


def values(path: str, node: str) -> dict[str, object]:
    """The parameters that a file gives to a node. node: fully qualified name, such as "/mer/camera".

    Of several sections that match the node, the last one in the file counts, as in rcl. ConfigError as of
    ``check``.
    """
    check(path)
    root = _parsed(path, f"params_file {path!r}")
    found: dict[str, object] = {}
    for pattern, given in _sections(root) if root is not None else ():
        if _pattern(pattern).fullmatch(node):
            found.update(given)
    return found


def check_arguments(arguments: Sequence[str]) -> None:
    """``check`` the form of each parameters file of a node's command line."""
    for option, path in zip(arguments, arguments[1:]):
        if option == "--params-file":
            check(path)


def _parsed(path: str, file: str) -> Any:
    """The root node of a YAML file; None if it is empty."""
    yaml: Any = need("yaml")  # late: describing a graph without a file needs the standard library only
    try:
        text = Path(path).read_text(encoding="utf-8")
        with contextlib.suppress(ValueError):  # what looks like a date and is none is text to ROS
            yaml.safe_load(text)  # refuses duplicates of documents, and tags of Python
        aliases = [e.start_mark.line + 1 for e in yaml.parse(text) if isinstance(e, yaml.AliasEvent)]
        root = yaml.compose(text, yaml.SafeLoader)
    except OSError as error:
        raise ConfigError(f"{file} cannot be read ({error.strerror}): check its permissions.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is no text in UTF-8: give the path of a YAML file.") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{file} is no valid YAML ({_place(error)}): {_REMEDY}") from error
    if aliases:
        raise ConfigError(f"{file} has an alias in line {aliases[0]}, which ROS does not read: {_REMEDY}")
    return root


def _place(error: Exception) -> str:
    """What is wrong in a YAML file, and where, on one line."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}" if mark else str(problem)


def _items(node: Any) -> Iterator[tuple[str, Any]]:
    """Keys and nodes of a mapping of YAML."""
    return ((str(key.value), value) for key, value in node.value)


def _problem(node: Any, name: str) -> str:
    """What is wrong with the part of a file below a name; empty if nothing is.

    Names of namespaces and nodes may be nested; below them stands "ros__parameters" with a mapping.
    """
    if node.id != "mapping":
        return f"{name} has no {_PARAMETERS}"
    for key, value in _items(node):
        if key == _PARAMETERS:
            problem = "" if value.id == "mapping" else f"{_PARAMETERS} of {name} is no mapping"
        else:
            problem = _problem(value, key)
        if problem:
            return problem
    return ""


def _sections(node: Any, name: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    """Pattern of node names and parameters of each section."""
    for key, value in _items(node):
        if key == _PARAMETERS:
            given = dict(_values(value))
            yield name, {n: v for n, v in given.items() if n not in _OF_ROS and "qos_overrides." not in n}
        else:
            yield from _sections(value, f"{name}/{key.strip('/')}" if name else key)


def _values(node: Any, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Name and value of each parameter; names in nested mappings are joined by dots."""
    for key, value in _items(node):
        if value.id == "mapping":
            yield from _values(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", _value(value)


def _value(node: Any) -> object:
    """The value as rcl reads it, which differs from YAML: 1e-3 is a number, y and on are booleans."""
    if node.id == "sequence":
        return [_value(item) for item in node.value]
    text = str(node.value)
    if node.style is not None:  # quoted
        return text
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.fullmatch(text):
        return int(text, 8 if text.lstrip("+-").startswith("0") and "x" not in text.lower() else 0)
    return float(text.replace(".inf", "inf").replace(".nan", "nan")) if _FLOAT.fullmatch(text) else text


def _matching(pattern: str, nodes: Mapping[str, NodeEntry]) -> list[NodeEntry]:
    """The entries of the nodes whose full name matches."""
    return [entry for name, entry in nodes.items() if _pattern(pattern).fullmatch(name)]


def _pattern(name: str) -> re.Pattern[str]:
    """Expression for a name with wildcards: ``*`` is one part of a name, ``**`` any number of parts."""
    parts = "".join(
        "(/[^/]+)*" if p == "**" else "/[^/]+" if p == "*" else f"/{re.escape(p)}"
        for p in name.strip("/").split("/")
    )
    return re.compile(parts)
