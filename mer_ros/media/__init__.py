"""Reads images from video files, webcams, JPEG and PNG data. OpenCV is imported on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mer_ros.media.still_images import declared_size, decode
    from mer_ros.media.video import VideoReader, WebcamReader

_MODULES = {
    "VideoReader": "video",
    "WebcamReader": "video",
    "declared_size": "still_images",
    "decode": "still_images",
}

__all__ = ["VideoReader", "WebcamReader", "declared_size", "decode"]


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
