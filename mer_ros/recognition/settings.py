"""A frozen dataclass from a mapping, strictly: an unknown key or a wrong type is refused by its name."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

from mer_ros.errors import ConfigError

T = TypeVar("T")


def settings_from(cls: type[T], mapping: Mapping[str, Any], where: str) -> T:
    """``cls(**mapping)``, with nested dataclasses and tuples made from mappings and lists.

    where: what the mapping is, for the error: a file's path or "the configuration of 'prototype'".
    """
    if not isinstance(mapping, Mapping):
        raise ConfigError(f"{where} holds {type(mapping).__name__} instead of settings: give 'key: value'.")
    hints = typing.get_type_hints(cls)
    names = [f.name for f in dataclasses.fields(cls)]  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for key, value in mapping.items():
        if key not in names:
            raise ConfigError(f"{where} has the unknown setting {key!r}: known are {', '.join(names)}.")
        values[key] = _value(hints[key], value, f"{key!r} of {where}")
    try:
        return cls(**values)
    except TypeError as error:
        raise ConfigError(f"{where} is incomplete: {error}.") from error


def _value(hint: Any, value: Any, where: str) -> Any:
    """``value`` as ``hint``: int, float, bool, str, a choice, a tuple of one type, a dataclass, or one of
    several.
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint):
        return settings_from(typing.cast(type, hint), value, where)
    if origin in (typing.Union, types.UnionType):
        return _one_of(arguments, value, where)
    if origin is typing.Literal:
        if value not in arguments:
            raise ConfigError(f"{where} is {value!r}: choose one of {', '.join(map(repr, arguments))}.")
        return value
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            raise ConfigError(f"{where} is {value!r}: give a list.")
        if arguments[-1] is not Ellipsis and len(value) != len(arguments):
            raise ConfigError(f"{where} has {len(value)} values: give {len(arguments)}.")
        return tuple(_value(arguments[0], item, where) for item in value)
    if origin is dict:
        if not isinstance(value, Mapping):
            raise ConfigError(f"{where} is {value!r}: give 'key: value'.")
        return dict(value)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
        raise ConfigError(f"{where} is {value!r}: give {hint.__name__}.")
    return value


def _one_of(hints: tuple[Any, ...], value: Any, where: str) -> Any:
    """``value`` as the first of the hints that it fits."""
    refusals = []
    for hint in hints:
        try:
            return _value(hint, value, where)
        except ConfigError as refusal:
            refusals.append(str(refusal).rpartition(": ")[2].rstrip("."))
    raise ConfigError(f"{where} is {value!r}: {' or '.join(refusals)}.")
