"""The error of an option whose value has the wrong type or range, with what to give instead."""

from __future__ import annotations

from typing import Any

_WANTED = {
    "float_parsing": "a number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_parsing": "true or false",
    "greater_than_equal": "{ge:g} or more",
    "greater_than": "more than {gt:g}",
    "less_than_equal": "{le:g} or less",
    "less_than": "less than {lt:g}",
}
"""Type of an error of pydantic, with which typer checks values, to what its value should be."""


def remedied(message: str, cause: Any) -> str:
    """The message of a usage error; that of a wrong value says what to give.

    message: "Invalid value for '--fps': " and the words of pydantic. cause: the exception behind it.

    Example: "Invalid value for '--fps': give a number; 'abc' was given."
    """
    errors = cause.errors() if hasattr(cause, "errors") else []
    wanted = _WANTED.get(errors[0]["type"]) if errors else None
    if wanted is None:
        return message.replace(": Value error, ", ": ")  # words of pydantic
    value, option = errors[0]["input"], message.partition(": ")[0]
    return f"{option}: give {wanted.format(**errors[0].get('ctx', {}))}; {value!r} was given."
