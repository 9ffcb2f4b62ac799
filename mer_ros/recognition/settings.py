"""A frozen dataclass from a mapping, with strict checks: each wrong setting raises an error with its name.

dacite builds the dataclasses and checks the types. The check for unknown keys and all messages are ours.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

import dacite

from mer_ros.errors import ConfigError

T = TypeVar("T")


def settings_from(cls: type[T], mapping: Mapping[str, Any], where: str) -> T:
    """``cls(**mapping)``, with nested dataclasses from mappings and tuples from lists.

    where: description of the mapping for messages, a file's path or "the configuration of 'prototype'".
    Raises ConfigError for an unknown or missing key and for a value of another type. An int is accepted as a
    float; a bool is not a number.
    """
    prepared = _prepared(cls, mapping, where)
    try:
        return dacite.from_dict(cls, prepared, _CONFIG)
    except dacite.MissingValueError as error:
        raise ConfigError(f"{where} is incomplete: add {_place(error)}.") from error
    except dacite.WrongTypeError as error:
        found = f"{_place(error)} of {where} is {error.value!r}"
        raise ConfigError(f"{found}: {_remedy(error.field_type)}.") from error


def _prepared(hint: Any, value: Any, where: str) -> Any:
    """``value`` with lists converted to tuples where ``hint`` requires it.

    Raises ConfigError unless dataclasses and dicts are given as mappings and tuples as lists, and for unknown
    keys.
    """
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint):
        if not isinstance(value, Mapping):
            raise ConfigError(f"{where} is {type(value).__name__} instead of settings: give 'key: value'.")
        hints = typing.get_type_hints(hint)
        names = [field.name for field in dataclasses.fields(hint)]
        for key in value:
            if key not in names:
                raise ConfigError(f"{where} has the unknown setting {key!r}: known are {', '.join(names)}.")
        return {key: _prepared(hints[key], inner, f"{key!r} of {where}") for key, inner in value.items()}
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            raise ConfigError(f"{where} is {value!r}: {_remedy(hint)}.")
        if arguments[-1] is not ... and len(value) != len(arguments):
            raise ConfigError(f"{where} has {len(value)} values: give {len(arguments)}.")
        return tuple(_prepared(arguments[0], item, where) for item in value)
    if origin is dict and not isinstance(value, Mapping):
        raise ConfigError(f"{where} is {value!r}: {_remedy(hint)}.")
    if origin in (typing.Union, types.UnionType):
        for member in arguments:
            if typing.get_origin(member) is tuple and isinstance(value, (list, tuple)):
                return _prepared(member, value, where)
    return value


def _place(error: dacite.DaciteFieldError) -> str:
    """The key that caused an error: "'widths' of 'backbone'"."""
    return " of ".join(map(repr, reversed((error.field_path or "").split("."))))


def _remedy(hint: Any) -> str:
    """Required value for a type, as the end of a sentence."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        return f"choose one of {', '.join(map(repr, arguments))}"
    if origin is tuple:
        return f"give a list of {getattr(arguments[0], '__name__', arguments[0])}"
    if origin is dict or dataclasses.is_dataclass(hint):
        return "give 'key: value'"
    if arguments:  # a union
        return " or ".join(_remedy(argument) for argument in arguments)
    return f"give {hint.__name__}"


def _whole_number(value: Any) -> Any:
    if isinstance(value, bool):
        raise dacite.WrongTypeError(int, value)
    return value


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        raise dacite.WrongTypeError(float, value)
    return float(value) if isinstance(value, int) else value


_CONFIG = dacite.Config(type_hooks={int: _whole_number, float: _number})
