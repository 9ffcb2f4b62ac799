"""Places of faces in a part of a picture, by MediaPipe's short-range detector.

Bazarevsky et al., "BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs", arXiv:1907.05047. The
detector reduces what it is shown to 128 x 128 pixels. It finds a face from 10 pixels between the outer eye
corners there, so it is shown parts of a large picture (``face.search``).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.face.mediapipe_graphs import create

INPUT_PX = 128
"""Side of the detector's input."""

_MIN_SCORE = 0.5
_MAX_STRIDE_PX = 256  # rows and columns are left out of larger parts first: averaging all pixels takes 2 ms


@dataclass(frozen=True, eq=False)
class Detection:
    """A possible face. score: 0..1. box_xywh: image pixels.

    keypoints: (6, 2) float32, image pixels: right eye, left eye, tip of the nose, mouth, right ear, left ear;
    right and left are the person's.
    """

    score: float
    box_xywh: tuple[float, float, float, float]
    keypoints: NDArray[np.float32]


class FaceDetector:
    """Possible faces in a part of a picture. PackageError as for ``FaceMesh``."""

    def __init__(self) -> None:
        def build(mediapipe: ModuleType) -> Any:
            detection = mediapipe.solutions.face_detection.FaceDetection(_MIN_SCORE, model_selection=0)
            detection.process(np.zeros((INPUT_PX, INPUT_PX, 3), np.uint8))
            return detection

        self._detection = create(build)

    def detect(
        self, image: NDArray[np.uint8], part_xywh: tuple[int, int, int, int] | None = None
    ) -> list[Detection]:
        """Possible faces in a part (the whole by default) of an (H, W, 3) uint8 BGR picture."""
        x, y, width, height = part_xywh or (0, 0, image.shape[1], image.shape[0])
        stride = max(max(width, height) // _MAX_STRIDE_PX, 1)
        part = image[y : y + height : stride, x : x + width : stride]
        scale = INPUT_PX / max(width, height)
        size_wh = max(round(width * scale), 1), max(round(height * scale), 1)
        small = cv2.cvtColor(cv2.resize(part, size_wh, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)
        found = []
        for one in self._detection.process(small).detections or []:
            place = one.location_data
            box = place.relative_bounding_box
            points = [(p.x * width + x, p.y * height + y) for p in place.relative_keypoints]
            box_xywh = box.xmin * width + x, box.ymin * height + y, box.width * width, box.height * height
            found.append(Detection(float(one.score[0]), box_xywh, np.array(points, np.float32)))
        return found

    def close(self) -> None:
        """Stop MediaPipe's threads and free its memory."""
        self._detection.close()
