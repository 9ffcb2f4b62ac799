"""Motion of a face, and the expressions spotted in it."""

from mer_ros.spotting.registration import residual_flow
from mer_ros.spotting.spotter import Spotted, Spotter, SpotterConfig
from mer_ros.spotting.watcher import FaceWatcher, Observation, WatcherConfig

__all__ = [
    "FaceWatcher",
    "Observation",
    "Spotted",
    "Spotter",
    "SpotterConfig",
    "WatcherConfig",
    "residual_flow",
]
