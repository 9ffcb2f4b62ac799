"""Writes videos that browsers play: H.264 in MP4, with the index at the beginning."""

from __future__ import annotations

from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from mer_ros.files import atomic_write

MOST_WIDTH = 1280
"""Largest width of a video; larger images are made smaller."""

_TIME_BASE = Fraction(1, 90_000)
_OPTIONS = {"preset": "superfast", "crf": "26"}  # 3 ms at 640x480, 40 % less than veryfast
_DECLARED_HZ = 30  # frames have times of their own


class VideoWriter:
    """Writes images at their times; the file is there, complete, when the context has been left.

    path: of the MP4. Without an image there is no file; if an exception leaves the context, the earlier file
    stays. frames: number of images written. Raises OSError or av.FFmpegError if the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stack = ExitStack()
        self._open: tuple[OutputContainer, VideoStream] | None = None
        self._last = -1
        self.frames = 0

    def __enter__(self) -> VideoWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        opened, self._open = self._open, None
        if opened is None or error is not None:
            self._stack.__exit__(kind, error, trace)
            return
        with self._stack:  # if the last frames cannot be encoded, the earlier file stays
            container, stream = opened
            container.mux(stream.encode())

    def add(self, time_ns: int, image: NDArray[np.uint8]) -> None:
        """Write (H, W, 3) uint8 BGR; an image of another size, or not later than the last, is left out."""
        image = _sized(image)
        container, stream = self._open or self._opened(image)
        time = round(time_ns * 1e-9 / _TIME_BASE)
        if image.shape[:2] != (stream.height, stream.width) or time <= self._last:
            return
        frame = av.VideoFrame.from_ndarray(image, format="bgr24")
        frame.pts, frame.time_base, self._last = time, _TIME_BASE, time
        container.mux(stream.encode(frame))
        self.frames += 1

    def _opened(self, image: NDArray[np.uint8]) -> tuple[OutputContainer, VideoStream]:
        unfinished = self._stack.enter_context(atomic_write(self._path))
        options = {"movflags": "faststart"}
        container = self._stack.enter_context(av.open(str(unfinished), "w", format="mp4", options=options))
        stream = container.add_stream("libx264", rate=_DECLARED_HZ, options=_OPTIONS)
        stream.codec_context.time_base = stream.time_base = _TIME_BASE
        stream.codec_context.thread_count = 1
        stream.pix_fmt = "yuv420p"
        stream.height, stream.width = image.shape[:2]
        self._open = container, stream
        return self._open


def _sized(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An image at most ``MOST_WIDTH`` wide, with even sides, as this pixel format needs them."""
    height, width = image.shape[:2]
    if width > MOST_WIDTH:
        height, width = round(height * MOST_WIDTH / width), MOST_WIDTH
        image = np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    return np.ascontiguousarray(image[: height - height % 2, : width - width % 2])
