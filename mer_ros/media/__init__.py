"""Reads images from video files, webcams, JPEG and PNG data. OpenCV is imported on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

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

__getattr__ = lazy_names(__name__, _MODULES)
