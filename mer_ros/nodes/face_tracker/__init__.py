"""The face tracker node: reads camera images, publishes the faces of every image and spotted expressions."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mer_ros.nodes.face_tracker.node import FaceTrackerNode

_MODULES = {"FaceTrackerNode": "node"}

__all__ = ["FaceTrackerNode"]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
