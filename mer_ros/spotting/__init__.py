"""Motion of a face, and the expressions spotted in it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from mer_ros.spotting.config import SpotterConfig, WatcherConfig

if TYPE_CHECKING:
    from mer_ros.spotting.measurement import FaceMeasurement
    from mer_ros.spotting.spotter import Spotted, Spotter
    from mer_ros.spotting.watcher import FaceWatcher, Observation

_MODULES = {
    "FaceWatcher": "watcher",
    "FaceMeasurement": "measurement",
    "Observation": "watcher",
    "Spotted": "spotter",
    "Spotter": "spotter",
}

__all__ = [
    "FaceMeasurement",
    "FaceWatcher",
    "Observation",
    "Spotted",
    "Spotter",
    "SpotterConfig",
    "WatcherConfig",
]


def __getattr__(name: str) -> Any:
    """What needs OpenCV and SciPy is imported when asked for: the settings alone are read without them."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
