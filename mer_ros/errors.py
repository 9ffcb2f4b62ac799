"""Everything mer_ros raises on purpose.

A message is one sentence: what is wrong, what was found, what to do.

    MerError
    ├── InputError        an image, a stamp or an event that cannot be used
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
