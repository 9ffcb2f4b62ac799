"""Movements of all faces of one camera, thinned out to what a page draws."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

PERIOD_S = 0.05
"""Between two samples, seconds of stream time."""
STEP_S = 0.015
"""Between two frames whose faces are read: the shortest expressions last four times as long."""


class FaceMovement(NamedTuple):
    """One face of a frame. motion: fraction of the interocular distance. quality: why it is not analysed."""

    face_id: str
    motion: float
    quality: str


class MotionLanes:
    """Keeps the largest movement of each face until a sample is due. camera: key of its tracker."""

    def __init__(self, camera: str) -> None:
        self._camera = camera
        self._last_ns: int | None = None
        self._read_ns: int | None = None
        self._peaks: dict[str, FaceMovement] = {}

    def wants(self, stamp_ns: int) -> bool:
        """Whether the faces of a frame are to be added: those of 67 frames per second at most are."""
        return self._read_ns is None or not 0 <= stamp_ns - self._read_ns < STEP_S * 1e9

    def add(self, stamp_ns: int, source: str, faces: Iterable[FaceMovement]) -> dict[str, Any] | None:
        """Add the faces of a frame; the message for the page if one is due, else None.

        source: name of the camera in the messages of the graph. The entry ``faces`` maps the id of each face
        to its largest movement since the last message, and to the reason why it is not analysed.
        """
        self._read_ns = stamp_ns
        for face in faces:
            motion = face.motion if math.isfinite(face.motion) else 0.0
            before = self._peaks.get(face.face_id)
            peak = max(motion, before.motion) if before else motion
            self._peaks[face.face_id] = face._replace(motion=peak)
        if self._last_ns is not None and 0 <= stamp_ns - self._last_ns < PERIOD_S * 1e9:
            return None
        self._last_ns = stamp_ns
        peaks, self._peaks = self._peaks, {}
        return {
            "kind": "movement",
            "camera": self._camera,
            "source": source,
            "time_s": stamp_ns * 1e-9,
            "faces": {face.face_id: [round(face.motion, 5), face.quality] for face in peaks.values()},
        }
