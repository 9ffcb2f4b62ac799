"""Webcams, read with OpenCV."""

from __future__ import annotations

import math
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import CameraAbsent
from mer_ros.media.webcam_mode import COMPRESSED, WebcamMode, best_mode

_OPENCV_ERROR = 2  # cv::utils::logging::LOG_LEVEL_ERROR


class WebcamReader:
    """Reads the frames of a webcam until it delivers no more.

    path: path of the device, such as /dev/video0. size_wh, fps: requested frame size, pixels, and frames per
    second; the driver may choose others. If its pixel format is too slow, MJPG is requested. mode: what the
    driver reports, with the requested rate if it reports none. CameraAbsent if OpenCV cannot open the device.
    """

    def __init__(self, path: str, size_wh: tuple[int, int], fps: float) -> None:
        self._capture = _open(path)
        if not self._capture.isOpened():
            raise CameraAbsent(
                f"the camera '{path}' cannot be read: check your permission to read it, and that no other "
                "program uses it."
            )
        self._size_wh, self._fps = size_wh, fps
        self.mode = self._negotiate()

    def _negotiate(self) -> WebcamMode:
        """Request size and rate in the pixel format of the driver, then in MJPG; keep what comes closest."""
        first = self._request("")
        if first.reaches(self._size_wh, self._fps):
            return first
        second = self._request(COMPRESSED)
        if best_mode([first, second], self._size_wh, self._fps) is second:
            return second
        return self._request(first.pixel_format)

    def _request(self, pixel_format: str) -> WebcamMode:
        """Request a mode; returns the one obtained.

        The pixel format comes first, because it decides which sizes there are, and the rate last, because a
        driver resets it with the others.
        """
        width, height = self._size_wh
        if pixel_format:
            self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*pixel_format.ljust(4)))
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
        self._capture.set(cv2.CAP_PROP_FPS, self._fps)
        fps = float(self._capture.get(cv2.CAP_PROP_FPS))
        return WebcamMode(
            _characters(self._capture.get(cv2.CAP_PROP_FOURCC)),
            (
                int(self._capture.get(cv2.CAP_PROP_FRAME_WIDTH)),
                int(self._capture.get(cv2.CAP_PROP_FRAME_HEIGHT)),
            ),
            fps if math.isfinite(fps) and fps > 0 else self._fps,
        )

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


def _open(path: str) -> cv2.VideoCapture:
    """The device with the backend of webcams, which has pixel formats; without it, with any backend.

    The warnings of OpenCV about a device that does not open are left out: a camera is tried every second.
    """
    level = cv2.getLogLevel()
    cv2.setLogLevel(_OPENCV_ERROR)
    try:
        if Path(path).exists() and stat.S_ISCHR(Path(path).stat().st_mode):
            capture = cv2.VideoCapture(path, cv2.CAP_V4L2)
            if capture.isOpened():
                return capture
        return cv2.VideoCapture(path)
    finally:
        cv2.setLogLevel(level)


def _characters(code: float) -> str:
    """The four characters of a FOURCC, empty if they are none."""
    if not math.isfinite(code) or not 0 < code < 1 << 32:
        return ""
    text = int(code).to_bytes(4, "little").decode("latin-1").strip()
    return text if text.isascii() and text.isprintable() else ""
