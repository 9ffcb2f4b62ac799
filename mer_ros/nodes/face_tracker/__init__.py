"""The face tracker node: reads camera images, publishes the faces of every image and spotted expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.nodes.face_tracker.node import FaceTrackerNode

_MODULES = {"FaceTrackerNode": "node"}

__all__ = ["FaceTrackerNode"]

__getattr__ = lazy_names(__name__, _MODULES)
