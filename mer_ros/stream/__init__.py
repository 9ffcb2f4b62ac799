"""Checks of incoming frames and of their timing: image checks, wire format, stamps, frame period, gate.

Each name is imported on first use, so that reading stamps does not import OpenCV.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.stream.gate import FrameGate
    from mer_ros.stream.image_checks import ImageLayout, check_image, to_bgr
    from mer_ros.stream.losses import count_lost_frames
    from mer_ros.stream.period import estimate_period
    from mer_ros.stream.repeats import RepeatFilter
    from mer_ros.stream.stamps import (
        FrameAction,
        FrameDecision,
        StampMonitor,
        describe_rate,
        shortest_event_s,
    )
    from mer_ros.stream.wire import WireCompressed, WireImage, read_compressed, read_image

_MODULES = {
    "FrameAction": "stamps",
    "FrameDecision": "stamps",
    "FrameGate": "gate",
    "ImageLayout": "image_checks",
    "RepeatFilter": "repeats",
    "StampMonitor": "stamps",
    "WireCompressed": "wire",
    "WireImage": "wire",
    "check_image": "image_checks",
    "count_lost_frames": "losses",
    "describe_rate": "stamps",
    "estimate_period": "period",
    "read_compressed": "wire",
    "read_image": "wire",
    "shortest_event_s": "stamps",
    "to_bgr": "image_checks",
}

__all__ = [
    "FrameAction",
    "FrameDecision",
    "FrameGate",
    "ImageLayout",
    "RepeatFilter",
    "StampMonitor",
    "WireCompressed",
    "WireImage",
    "check_image",
    "count_lost_frames",
    "describe_rate",
    "estimate_period",
    "read_compressed",
    "read_image",
    "shortest_event_s",
    "to_bgr",
]

__getattr__ = lazy_names(__name__, _MODULES)
