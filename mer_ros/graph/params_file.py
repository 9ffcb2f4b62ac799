"""Checks a parameters file before a process starts: nodes that cannot read it would be restarted in vain."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mer_ros.compat import need
from mer_ros.errors import ConfigError

_PARAMETERS = "ros__parameters"
_REMEDY = "correct it; config/mer.yaml is an example."


def check(path: str) -> None:
    """Raise ConfigError unless a file has the form of a ROS parameters file, as rcl reads it.

    Names and values of parameters are not checked here: each node checks its own.
    """
    file = f"params_file {path!r}"
    if not Path(path).is_file():
        raise ConfigError(f"{file} does not exist: give the path of a YAML file.")
    found = _parsed(path, file)
    if found is None:
        return  # an empty file sets nothing
    problem = _problem(found, "the file")
    if problem:
        raise ConfigError(f"{file} is no parameters file: {problem}: {_REMEDY}")


def check_arguments(arguments: Sequence[str]) -> None:
    """``check`` each parameters file of a node's command line."""
    for option, path in zip(arguments, arguments[1:]):
        if option == "--params-file":
            check(path)


def _parsed(path: str, file: str) -> object:
    yaml: Any = need("yaml")  # late: describing a graph without a file needs the standard library only
    try:
        text = Path(path).read_text(encoding="utf-8")
        found = yaml.safe_load(text)
        aliases = [e.start_mark.line + 1 for e in yaml.parse(text) if isinstance(e, yaml.AliasEvent)]
    except OSError as error:
        raise ConfigError(f"{file} cannot be read ({error.strerror}): check its permissions.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is no text in UTF-8: give the path of a YAML file.") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{file} is no valid YAML ({_place(error)}): {_REMEDY}") from error
    if aliases:
        raise ConfigError(f"{file} has an alias in line {aliases[0]}, which ROS does not read: {_REMEDY}")
    return found


def _place(error: Exception) -> str:
    """What is wrong in a YAML file, and where, on one line."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error).partition("\n")[0]
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}" if mark else str(problem)


def _problem(found: object, name: str) -> str:
    """What is wrong with the part of a file below a name; empty if nothing is.

    Names of namespaces and nodes may be nested; below them stands "ros__parameters" with a mapping.
    """
    if not isinstance(found, dict):
        return f"{name} has no {_PARAMETERS}"
    for key, value in found.items():
        if key == _PARAMETERS:
            problem = "" if isinstance(value, dict) else f"{_PARAMETERS} of {name} is no mapping"
        else:
            problem = _problem(value, str(key))
        if problem:
            return problem
    return ""
