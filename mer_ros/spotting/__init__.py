"""Spotting: from the movement of a face to events; ``baselines`` contains published spotters.

Names are imported on first use, so the settings can be read without OpenCV and SciPy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.spotting.config import SpotterConfig, WatcherConfig
    from mer_ros.spotting.measurement import FaceMeasurement
    from mer_ros.spotting.rejection import REASONS
    from mer_ros.spotting.sensitivity import Sensitivity
    from mer_ros.spotting.spotter import Spotted, Spotter
    from mer_ros.spotting.watcher import FaceWatcher, Observation

_MODULES = {
    "FaceMeasurement": "measurement",
    "FaceWatcher": "watcher",
    "Observation": "watcher",
    "REASONS": "rejection",
    "Sensitivity": "sensitivity",
    "Spotted": "spotter",
    "Spotter": "spotter",
    "SpotterConfig": "config",
    "WatcherConfig": "config",
}

__all__ = [
    "FaceMeasurement",
    "FaceWatcher",
    "Observation",
    "REASONS",
    "Sensitivity",
    "Spotted",
    "Spotter",
    "SpotterConfig",
    "WatcherConfig",
]

__getattr__ = lazy_names(__name__, _MODULES)
