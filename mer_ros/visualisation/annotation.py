"""Camera picture annotated with the boxes, motion traces and last labels of the tracked faces."""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.types import Face, Kind
from mer_ros.visualisation.palette import GOOD_BGR, INK_BGR, WARNING_BGR
from mer_ros.visualisation.text import write

_TRACE_S = 3.0
_STEP_NS = 20_000_000  # of a trace: a pixel, if the face is 150 px wide
_LABEL_S = 3.0
_MAX_FACES = 16
_TEXT_PX = 16


class Annotator:
    """Draws faces on a copy of the picture.

    It keeps the motion of the last seconds, the largest of every 20 ms, and the last label of at most 16
    faces. min_motion: smallest movement of an event, drawn as a dotted line, interocular distances.
    """

    def __init__(self, min_motion: float) -> None:
        self.min_motion = min_motion
        self._traces: dict[str, deque[tuple[int, float]]] = {}
        self._labels: dict[str, tuple[int, str]] = {}

    def observe(self, stamp_ns: int, faces: list[Face]) -> None:
        """Store the motion of the faces of a frame; fast enough to call for every frame."""
        for face in faces:
            trace = self._traces.pop(face.id, None) or deque(maxlen=1024)
            if trace and 0 <= stamp_ns - trace[-1][0] < _STEP_NS:
                trace[-1] = (trace[-1][0], max(trace[-1][1], face.motion))
            else:
                trace.append((stamp_ns, face.motion))
            self._traces[face.id] = trace  # last in order, so visible faces are dropped last
        for id_ in list(self._traces)[:-_MAX_FACES]:
            del self._traces[id_]

    def label(self, face_id: str, apex_ns: int, kind: Kind, label: str, confidence: float) -> None:
        """Store the last label of a face."""
        self._labels.pop(face_id, None)
        self._labels[face_id] = (apex_ns, f"{kind.name.lower()}: {label} {confidence:.2f}")
        for id_ in list(self._labels)[:-_MAX_FACES]:
            del self._labels[id_]

    def reset(self) -> None:
        """Forget all faces."""
        self._traces.clear()
        self._labels.clear()

    def draw(self, image: NDArray[np.uint8], stamp_ns: int, faces: list[Face]) -> NDArray[np.uint8]:
        """Copy of an (H, W, 3) uint8 BGR picture with boxes, traces and labels."""
        picture = image.copy()
        for face in faces:
            x, y, width, height = face.roi_xywh
            colour = WARNING_BGR if face.quality else GOOD_BGR
            cv2.rectangle(picture, (x, y), (x + width, y + height), colour, 1, cv2.LINE_AA)
            _write(picture, face.quality or face.id, (x, y - 6), colour)
            apex_ns, text = self._labels.get(face.id, (0, ""))
            if text and 0 <= stamp_ns - apex_ns < _LABEL_S * 1e9:
                _write(picture, text, (x, y + height + 16), INK_BGR)
            self._draw_trace(picture, face, stamp_ns)
        return picture

    def _draw_trace(self, picture: NDArray[np.uint8], face: Face, stamp_ns: int) -> None:
        """Draw the motion of the last seconds under the box; the dotted line is the weakest event."""
        x, y, width, height = face.roi_xywh
        base, tall = y + height + 60, 36
        points = [
            (
                x + width * (1 - (stamp_ns - then) * 1e-9 / _TRACE_S),
                base - tall * min(motion / (4 * self.min_motion), 1.0),
            )
            for then, motion in self._traces.get(face.id, ())
            if 0 <= stamp_ns - then < _TRACE_S * 1e9
        ]
        limit = int(base - tall / 4)
        for at in range(x, x + width, 8):
            cv2.line(picture, (at, limit), (at + 2, limit), WARNING_BGR, 1)
        if len(points) > 1:
            cv2.polylines(picture, [np.array(points, np.int32)], False, GOOD_BGR, 1, cv2.LINE_AA)


def _write(picture: NDArray[np.uint8], text: str, at: tuple[int, int], colour: tuple[int, int, int]) -> None:
    x, y = max(at[0], 2), min(max(at[1], 14), picture.shape[0] - 4)
    write(picture, text, (x, y), _TEXT_PX, colour, outline_px=2)
