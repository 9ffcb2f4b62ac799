"""Video files and webcams, read with OpenCV."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import ConfigError


class VideoReader:
    """Reads the frames of a video file.

    path: path of the file. default_fps: used if the container has no frame rate. fps: frames per second, from
    the container. ConfigError if OpenCV cannot read the file.
    """

    def __init__(self, path: str, default_fps: float) -> None:
        self._capture = _opened(cv2.VideoCapture(path), path)
        self.fps = _frame_rate(self._capture, default_fps)

    def frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Index and (H, W, 3) uint8 BGR of every frame, from the first."""
        self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
        return _frames(self._capture)

    def close(self) -> None:
        """Release the file."""
        self._capture.release()


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
        self._capture = _opened(capture, path)
        self.fps = _frame_rate(capture, fps)

    def frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Index and (H, W, 3) uint8 BGR of every frame from now on."""
        return _frames(self._capture)

    def close(self) -> None:
        """Release the device."""
        self._capture.release()


def _opened(capture: cv2.VideoCapture, path: str) -> cv2.VideoCapture:
    if not capture.isOpened():
        raise ConfigError(
            f"'{path}' cannot be read as video: check its format and your permission to read it."
        )
    return capture


def _frame_rate(capture: cv2.VideoCapture, default_fps: float) -> float:
    reported = float(capture.get(cv2.CAP_PROP_FPS))
    return reported if np.isfinite(reported) and reported > 0 else default_fps


def _frames(capture: cv2.VideoCapture) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    for index in itertools.count():
        read, image = capture.read()
        if not read:
            return
        yield index, np.asarray(image, np.uint8)
