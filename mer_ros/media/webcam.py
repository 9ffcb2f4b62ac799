"""Webcams, read with OpenCV."""

from __future__ import annotations

import time
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import ConfigError


class WebcamReader:
    """Reads the frames of a webcam until it delivers no more.

    path: path of the device, such as /dev/video0. size_wh, fps: requested frame size, pixels, and frames per
    second; the driver may choose others. The attribute fps is the rate that the driver reports, or the
    requested one. ConfigError if OpenCV cannot open the device.
    """

    def __init__(self, path: str, size_wh: tuple[int, int], fps: float) -> None:
        capture = cv2.VideoCapture(path)
        width, height = size_wh
        for key, value in (
            (cv2.CAP_PROP_FRAME_WIDTH, width),
            (cv2.CAP_PROP_FRAME_HEIGHT, height),
            (cv2.CAP_PROP_FPS, fps),
        ):
            capture.set(key, value)
        if not capture.isOpened():
            raise ConfigError(
                f"the camera '{path}' cannot be read: check your permission to read it, and that no other "
                "program uses it."
            )
        self._capture = capture
        reported = float(capture.get(cv2.CAP_PROP_FPS))
        self.fps = reported if np.isfinite(reported) and reported > 0 else fps

    def timed_frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Time since the call, ns, and (H, W, 3) uint8 BGR of every frame from now on."""
        start_ns = time.monotonic_ns()
        while True:
            read, image = self._capture.read()
            if not read:
                return
            yield time.monotonic_ns() - start_ns, np.asarray(image, np.uint8)

    def close(self) -> None:
        """Release the device."""
        self._capture.release()
