"""All exceptions that mer_ros defines.

A message is one sentence: what is wrong, what was found, what to do.

    MerError
    ├── InputError        an invalid image, stamp or event
    │   └── BadFrame      a camera frame that is dropped, with the reason under which it is counted
    ├── CheckpointError   a model file that cannot be loaded
    ├── ConfigError       an unknown, invalid or contradictory setting
    │   └── CameraAbsent  a camera that cannot be opened now, but may be later
    ├── DataError         a data set with missing or invalid content
    ├── GraphError        a process or topic of the node graph that does not start
    └── PackageError      a missing Python package, or one of an incompatible release
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class MerError(Exception):
    """Base class of all exceptions that mer_ros defines."""


class InputError(MerError):
    """An invalid image, stamp or event."""


class BadFrame(InputError):
    """A camera frame that is dropped.

    reason: the key under which it is counted, one of ``stream.image_checks.REASONS``.
    """

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class CheckpointError(MerError):
    """A model file that is missing, unreadable or inconsistent with its metadata."""


class ConfigError(MerError):
    """A setting that is unknown, invalid or contradicts another."""


class CameraAbsent(ConfigError):
    """A camera that is not connected, not ready or in use, so that it may be opened later."""


class DataError(MerError):
    """A data set with missing or invalid content."""


class GraphError(MerError):
    """A process or topic of the node graph that does not start."""


class PackageError(MerError):
    """A missing Python package, or one of an incompatible release."""


def unknown_name(kind: str, name: str, known: Iterable[str]) -> ConfigError:
    """The error for a name that is not among the known ones. kind: noun for what it should name."""
    return ConfigError(f"No {kind} is named {name!r}: choose one of {', '.join(known)}.")


def quantity(n: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 image", "2 images". plural: if it is not the noun with an s."""
    return f"{n} {noun if n == 1 else plural or noun + 's'}"


def require(condition: bool, message: str) -> None:
    """Raise ``ConfigError(message)`` unless ``condition`` is True."""
    if not condition:
        raise ConfigError(message)
