"""The ROS 2 nodes. Only this folder imports rclpy and messages. ``graph.catalogue.NODES`` lists the nodes.

Node classes are imported on first use: ``import mer_ros.nodes`` needs neither ROS nor OpenCV.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mer_ros.nodes.camera import CameraNode
    from mer_ros.nodes.classifier import ClassifierNode
    from mer_ros.nodes.explainer import ExplainerNode
    from mer_ros.nodes.face_tracker.node import FaceTrackerNode

_MODULES = {
    "CameraNode": "camera",
    "ClassifierNode": "classifier",
    "ExplainerNode": "explainer",
    "FaceTrackerNode": "face_tracker.node",
}

__all__ = ["CameraNode", "ClassifierNode", "ExplainerNode", "FaceTrackerNode"]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
