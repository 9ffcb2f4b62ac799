"""The annotated recording as a video that browsers play: H.264 in MP4, at most 30 frames per second."""

from __future__ import annotations

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType

import av
import numpy as np
from numpy.typing import NDArray

from mer_ros.analysis.evidence import EventEvidence
from mer_ros.errors import ConfigError
from mer_ros.files import not_writable
from mer_ros.media.video_writer import VideoWriter
from mer_ros.types import Face
from mer_ros.visualisation.annotation import Annotator

MOST_HZ = 30.0
"""Largest frame rate of the video."""

_QUEUED = 8  # frames

_Faces = tuple[int, list[Face]]  # stamp of a frame, and its faces
_Item = tuple[list[_Faces], NDArray[np.uint8]] | Future[EventEvidence] | None


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
        self._ended = False  # whether the thread has taken the end from the queue
        self._since_drawn: list[_Faces] = []
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
        self._since_drawn.append((stamp_ns, list(faces)))
        if stamp_ns < self._next_ns:
            return
        self._next_ns = max(self._next_ns + round(1e9 / MOST_HZ), stamp_ns)
        self._queue.put((self._since_drawn, image))
        self._since_drawn = []

    def add_label(self, answer: Future[EventEvidence]) -> None:
        """Show the label of an event from the next drawn frame on."""
        self._queue.put(answer)

    def _run(self) -> None:
        try:
            self._encode()
        except Exception as error:  # raised again by the calling thread
            self._failure = error
            while not self._ended:  # the caller must not wait for room
                self._ended = self._queue.get() is None

    def _encode(self) -> None:
        with VideoWriter(self._path) as writer:
            while (frame := self._next_frame()) is not None:
                writer.add(*frame)
                self.frames = writer.frames

    def _next_frame(self) -> tuple[int, NDArray[np.uint8]] | None:
        """Stamp and drawn picture of the next frame; None at the end."""
        while isinstance(item := self._queue.get(), Future):
            self._label(item.result())
        if item is None:
            self._ended = True
            return None
        frames, image = item
        for stamp_ns, faces in frames:
            self._annotator.observe(stamp_ns, faces)
        return stamp_ns, self._annotator.draw(image, stamp_ns, faces)

    def _label(self, found: EventEvidence) -> None:
        if found.answers:
            said = found.answers[0].prediction
            label = self._annotator.label
            label(found.face_id, round(found.apex_s * 1e9), found.kind, said.label, said.confidence)
