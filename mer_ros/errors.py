"""Everything mer_ros raises on purpose.

A message is one sentence: what is wrong, what was found, what to do.

    MerError
    ├── InputError        an image, a stamp or an event that cannot be used
    │   └── BadFrame      a camera frame that is dropped, with the reason it is counted by
    ├── CheckpointError   a model file that cannot be loaded
    ├── ConfigError       a setting that is unknown or out of range
    ├── DataError         a data set that does not hold what it should
    ├── GraphError        a process or topic of the node graph that does not come up
    └── PackageError      a Python package that is missing or of a release that does not fit
"""


class MerError(Exception):
    """Root of all errors that mer_ros raises on purpose."""


class InputError(MerError):
    """An image, a stamp or an event that cannot be used."""


class BadFrame(InputError):
    """A camera frame that is dropped.

    reason: one word of a fixed list (``stream.image_checks.REASONS``), by which it is counted.
    """

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class CheckpointError(MerError):
    """A model file that is missing, unreadable or does not fit its own description."""


class ConfigError(MerError):
    """A setting that is unknown, out of range or contradicts another."""


class DataError(MerError):
    """A data set that does not hold what its layout promises."""


class GraphError(MerError):
    """A process or topic of the node graph that does not come up."""


class PackageError(MerError):
    """A Python package that is missing or of a release that does not fit."""


def require(condition: bool, message: str) -> None:
    """Raise ``ConfigError(message)`` unless ``condition`` holds: one line for each checked setting."""
    if not condition:
        raise ConfigError(message)
