"""Motion of a face, and the expressions spotted in it."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from mer_ros.spotting.config import SpotterConfig, WatcherConfig

if TYPE_CHECKING:
    from mer_ros.motion.registration import residual_flow
    from mer_ros.spotting.measurement import FaceMeasurement
    from mer_ros.spotting.spotter import Spotted, Spotter
    from mer_ros.spotting.watcher import FaceWatcher, Observation

_MODULES = {
    "FaceWatcher": "watcher",
    "FaceMeasurement": "look",
    "Observation": "watcher",
    "Spotted": "spotter",
    "Spotter": "spotter",
    "residual_flow": "registration",
}

__all__ = [
    "FaceWatcher",
    "FaceMeasurement",
    "Observation",
    "Spotted",
    "Spotter",
    "SpotterConfig",
    "WatcherConfig",
    "residual_flow",
]


def __getattr__(name: str) -> Any:
    """What needs OpenCV and SciPy is imported when asked for: the settings alone are read without them."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
