"""Frames of data sets: image folders and videos -> aligned crops and flow, measured once and cached.

Names are imported on first use, so pandas and MediaPipe load only when a function needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.data.frames.cache import ClipCache
    from mer_ros.data.frames.folders import ClipFrames
    from mer_ros.data.frames.measured_set import measure_clips
    from mer_ros.data.frames.measurement import MeasuredClip, MeasurementSettings, measure
    from mer_ros.data.frames.patterns import FramePattern

_MODULES = {
    "ClipCache": "cache",
    "ClipFrames": "folders",
    "FramePattern": "patterns",
    "MeasuredClip": "measurement",
    "MeasurementSettings": "measurement",
    "measure": "measurement",
    "measure_clips": "measured_set",
}

__all__ = [
    "ClipCache",
    "ClipFrames",
    "FramePattern",
    "MeasuredClip",
    "MeasurementSettings",
    "measure",
    "measure_clips",
]

__getattr__ = lazy_names(__name__, _MODULES)
