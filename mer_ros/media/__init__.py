"""Reads images from recordings, webcams, JPEG and PNG data. PyAV and OpenCV are imported on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mer_ros.catalogue import lazy_names

if TYPE_CHECKING:
    from mer_ros.media.orientation import Orientation
    from mer_ros.media.recording import Recording, TimedImage, open_recording
    from mer_ros.media.still_images import declared_size, decode
    from mer_ros.media.webcam import WebcamReader

_MODULES = {
    "Orientation": "orientation",
    "Recording": "recording",
    "TimedImage": "recording",
    "WebcamReader": "webcam",
    "declared_size": "still_images",
    "decode": "still_images",
    "open_recording": "recording",
}

__all__ = [
    "Orientation",
    "Recording",
    "TimedImage",
    "WebcamReader",
    "declared_size",
    "decode",
    "open_recording",
]

__getattr__ = lazy_names(__name__, _MODULES)
