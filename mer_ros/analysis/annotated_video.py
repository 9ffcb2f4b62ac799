"""The annotated recording as a video that browsers play: H.264 in MP4, at most 30 frames per second."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.analysis.evidence import EventEvidence
from mer_ros.errors import ConfigError
from mer_ros.files import atomic_write, not_writable
from mer_ros.types import Face
from mer_ros.visualisation.annotation import Annotator

MOST_HZ, MOST_WIDTH = 30.0, 1280
"""Largest frame rate and width of the video; larger frames are made smaller."""

_TIME_BASE = Fraction(1, 90_000)
_QUEUED = 8  # frames
_OPTIONS = {"preset": "superfast", "crf": "26"}

_Item = tuple[int, list[Face], NDArray[np.uint8] | None] | Future[EventEvidence] | None


class AnnotatedVideo:
    """Draws and encodes frames in a thread of its own.

    path: of the MP4, which is complete when the context has been left; without a frame it is not written.
    min_motion: see ``Annotator``. A label appears at the frame at which its event was decided, however long
    the model takes. Leaving the context raises ConfigError if the file cannot be written.
    """

    def __init__(self, path: Path, min_motion: float) -> None:
        self._path = path
        self._annotator = Annotator(min_motion)
        self._queue: queue.Queue[_Item] = queue.Queue(_QUEUED)
        self._thread = threading.Thread(target=self._run, name="annotated_video", daemon=True)
        self._failure: Exception | None = None
        self._next_ns = 0
        self.frames = 0

    def __enter__(self) -> AnnotatedVideo:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._queue.put(None)
        self._thread.join()
        if self._failure is None or error is not None:
            return
        if isinstance(self._failure, OSError | av.FFmpegError):
            remedy = "free space, or choose another folder with --out"
            raise ConfigError(not_writable(self._path, self._failure, remedy)) from self._failure
        raise self._failure

    def add(self, stamp_ns: int, image: NDArray[np.uint8], faces: Sequence[Face]) -> None:
        """Add the next frame, (H, W, 3) uint8 BGR; not every frame is drawn."""
        drawn = stamp_ns >= self._next_ns
        if drawn:
            self._next_ns = max(self._next_ns + round(1e9 / MOST_HZ), stamp_ns)
        self._queue.put((stamp_ns, list(faces), image if drawn else None))

    def add_label(self, answer: Future[EventEvidence]) -> None:
        """Show the label of an event from the next frame on."""
        self._queue.put(answer)

    def _run(self) -> None:
        try:
            self._encode()
        except Exception as error:  # raised again by the calling thread
            self._failure = error
            while self._queue.get() is not None:  # the caller must not wait for room
                pass

    def _encode(self) -> None:
        first = self._next_frame()
        if first is None:
            return
        with atomic_write(self._path) as unfinished:
            with av.open(str(unfinished), "w", format="mp4", options={"movflags": "faststart"}) as container:
                stream = container.add_stream("libx264", rate=round(MOST_HZ), options=_OPTIONS)
                stream.codec_context.time_base = stream.time_base = _TIME_BASE
                stream.codec_context.thread_count = 1
                stream.pix_fmt = "yuv420p"
                stream.height, stream.width = first[1].shape[:2]
                frame: tuple[int, NDArray[np.uint8]] | None = first
                while frame is not None:
                    stamp_ns, picture = frame
                    if picture.shape[:2] == (stream.height, stream.width):
                        video_frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
                        video_frame.pts = round(stamp_ns * 1e-9 / _TIME_BASE)
                        video_frame.time_base = _TIME_BASE
                        container.mux(stream.encode(video_frame))
                        self.frames += 1
                    frame = self._next_frame()
                container.mux(stream.encode())

    def _next_frame(self) -> tuple[int, NDArray[np.uint8]] | None:
        """Stamp and drawn picture of the next frame; None at the end."""
        while True:
            item = self._queue.get()
            if item is None:
                return None
            if isinstance(item, Future):
                self._label(item.result())
                continue
            stamp_ns, faces, image = item
            self._annotator.observe(stamp_ns, faces)
            if image is not None:
                return stamp_ns, _sized(self._annotator.draw(image, stamp_ns, faces))

    def _label(self, found: EventEvidence) -> None:
        if found.answers:
            said = found.answers[0].prediction
            label = self._annotator.label
            label(found.face_id, round(found.apex_s * 1e9), found.kind, said.label, said.confidence)


def _sized(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture at most ``MOST_WIDTH`` wide, with even sides, as H.264 needs them."""
    height, width = picture.shape[:2]
    if width > MOST_WIDTH:
        height, width = round(height * MOST_WIDTH / width), MOST_WIDTH
        picture = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    even = picture[: height - height % 2, : width - width % 2]
    return np.ascontiguousarray(even)
