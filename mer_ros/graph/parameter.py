"""What one parameter of a node is: type, default, range, and when it can be set."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

from mer_ros.errors import ConfigError

Value = bool | int | float | str

_TYPE_NAMES: dict[type, str] = {
    bool: "a boolean",
    int: "an integer",
    float: "a floating-point number",
    str: "a string",
}


class Settable(enum.Enum):
    """When a parameter can be set; at other times ROS tools see it as read-only."""

    ALWAYS = "always"  # it takes effect at once
    UNCONFIGURED = "unconfigured"  # it is read when the node is configured
    AT_START = "at start"  # by the launch file, the parameters file or the command line


@dataclass(frozen=True)
class Parameter:
    """One parameter. The type is that of the default; minimum and maximum are inclusive."""

    name: str
    default: Value
    description: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Value, ...] = ()
    settable: Settable = Settable.UNCONFIGURED

    @property
    def type_name(self) -> str:
        """bool, integer, double or string: the names that ROS uses."""
        return {bool: "bool", int: "integer", float: "double", str: "string"}[type(self.default)]

    @property
    def range_text(self) -> str:
        """The range as a table shows it, empty if there is none."""
        if self.choices:
            return ", ".join(map(str, self.choices))
        if self.minimum is None or self.maximum is None:
            return ""
        return f"{_plain(self.minimum)} to {_plain(self.maximum)}"

    def check(self, value: object) -> None:
        """Raise ConfigError, naming the parameter, unless the value has the type and lies in the range."""
        kind = type(self.default)
        if type(value) is not kind:
            hint = f", such as {float(value)}" if kind is float and type(value) is int else ""
            raise ConfigError(
                f"parameter {self.name} must be {_TYPE_NAMES[kind]}{hint}; {value!r} was given."
            )
        if self.choices and value not in self.choices:
            raise ConfigError(f"parameter {self.name} must be one of {self.range_text}; {value!r} was given.")
        if self.minimum is not None and self.maximum is not None:
            number = float(value)
            if not math.isfinite(number) or not self.minimum <= number <= self.maximum:
                raise ConfigError(
                    f"parameter {self.name} must be from {self.range_text}; {value!r} was given."
                )


def _plain(number: float) -> str:
    """A number without an exponent, and without a decimal point if it is whole."""
    return str(int(number)) if number == int(number) else str(number)
