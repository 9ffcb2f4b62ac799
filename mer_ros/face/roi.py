"""Upright squares round faces, and the part of a picture that such a square shows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.face.geometry import LEFT_EYE_OUTER, RIGHT_EYE_OUTER, Affine

_MARGIN = 1.5  # side of the square, in sides of the box of the face: what the landmark network was trained on


@dataclass(frozen=True)
class FaceRoi:
    """A square round a face, upright in the frame of the face.

    x, y: its centre, and side_px: its side, image pixels. roll_rad: rotation of the face, clockwise in the
    picture.
    """

    x: float
    y: float
    side_px: float
    roll_rad: float

    def scaled(self, factor: float) -> FaceRoi:
        """The square with the same centre and ``factor`` times the side."""
        return FaceRoi(self.x, self.y, self.side_px * factor, self.roll_rad)

    def moved(self, dx: float, dy: float) -> FaceRoi:
        """The square moved by so many image pixels."""
        return FaceRoi(self.x + dx, self.y + dy, self.side_px, self.roll_rad)

    def rolled(self, roll_rad: float) -> FaceRoi:
        """The square turned clockwise by an angle."""
        return FaceRoi(self.x, self.y, self.side_px, self.roll_rad + roll_rad)

    def crop_from_image(self, size: int) -> Affine:
        """The similarity that maps the square to a crop of ``size`` pixels."""
        scale = size / self.side_px
        a, b = scale * math.cos(self.roll_rad), scale * math.sin(self.roll_rad)
        tx, ty = size / 2 - a * self.x - b * self.y, size / 2 + b * self.x - a * self.y
        return np.array([[a, b, tx], [-b, a, ty]], np.float32)

    def crop(self, image: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
        """(size, size, 3) uint8: the square in an (H, W, 3) uint8 picture, whose border is repeated."""
        affine = self.crop_from_image(size)
        return np.asarray(
            cv2.warpAffine(
                image, affine, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            ),
            np.uint8,
        )


def roi_of_landmarks(landmarks: NDArray[np.float32]) -> FaceRoi:
    """The square round (468, >=2) landmarks, image pixels, that FaceMesh uses too.

    Its side is that of the box along the picture, whatever the roll.
    """
    across = landmarks[LEFT_EYE_OUTER, :2] - landmarks[RIGHT_EYE_OUTER, :2]
    points = np.ascontiguousarray(landmarks[:, :2].T)
    low, high = points.min(axis=1), points.max(axis=1)
    x, y = (low + high) / 2
    side_px = max(float((high - low).max()), 1.0)
    return FaceRoi(float(x), float(y), _MARGIN * side_px, math.atan2(float(across[1]), float(across[0])))


def roi_of_detection(box_xywh: tuple[float, float, float, float], keypoints: NDArray[np.float32]) -> FaceRoi:
    """The square round the box of a detection; keypoints: (>=2, 2), the right eye and the left eye first."""
    across = keypoints[1] - keypoints[0]
    left, top, width, height = box_xywh
    roll_rad = math.atan2(float(across[1]), float(across[0]))
    return FaceRoi(left + width / 2, top + height / 2, _MARGIN * max(width, height), roll_rad)
