"""Position of a face in its aligned crop, and operations on affine transforms.

An affine is a (2, 3) float32 matrix that maps (x, y) of one picture to (x, y) of another. The crop is a
square, ``CROP_SIZE`` pixels wide, with the outer eye corners on fixed points. The face is about 0.75 of the
crop wide and inside it from brows to chin. Flow in crop pixels divided by ``CROP_INTEROCULAR_PX`` is
therefore a fraction of the interocular distance for every camera.

Example: the outer eye corners of a face, 120 px apart, are mapped to fixed points of the crop.

>>> landmarks = np.zeros((468, 2), np.float32)  # image pixels
>>> landmarks[RIGHT_EYE_OUTER], landmarks[LEFT_EYE_OUTER] = (100, 200), (220, 200)
>>> affine = crop_from_image(landmarks)  # (2, 3), image -> crop
>>> print(apply(affine, landmarks[[RIGHT_EYE_OUTER, LEFT_EYE_OUTER]]).round(1))
[[33.9 51.2]
 [94.1 51.2]]
>>> print(apply(invert(affine), np.float32([[64, 51.2]])).round(1))  # midway between the eyes
[[160. 200.]]
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

CROP_SIZE = 128
"""Width and height of an aligned face crop, pixels."""

RIGHT_EYE_OUTER, LEFT_EYE_OUTER = 33, 263
"""FaceMesh indices of the outer eye corners; right and left are the person's."""

EYE_LINE_Y = 0.40
"""Distance of the outer eye corners from the top of the crop, as a fraction of its size."""

EYE_HALF_WIDTH = 0.235
"""Distance of the outer eye corners from the vertical centre line, as a fraction of the crop's size."""

CROP_INTEROCULAR_PX = 2 * EYE_HALF_WIDTH * CROP_SIZE
"""Interocular distance (outer eye corners) of every aligned crop, pixels."""

Affine = NDArray[np.float32]


def interocular_px(landmarks: NDArray[np.float32]) -> float:
    """Distance between the outer eye corners of (468, >=2) landmarks, in the unit of the landmarks."""
    return float(np.linalg.norm(landmarks[LEFT_EYE_OUTER, :2] - landmarks[RIGHT_EYE_OUTER, :2]))


def crop_from_image(landmarks: NDArray[np.float32], size: int = CROP_SIZE) -> Affine:
    """Similarity that maps the outer eye corners of (468, >=2) image landmarks to the crop's fixed points."""
    right = landmarks[RIGHT_EYE_OUTER, :2].astype(np.float64)
    left = landmarks[LEFT_EYE_OUTER, :2].astype(np.float64)
    dx, dy = left - right
    scale = 2 * EYE_HALF_WIDTH * size / max(dx * dx + dy * dy, 1e-9)
    a, b = scale * dx, -scale * dy
    centre = (left + right) / 2
    tx = 0.5 * size - (a * centre[0] - b * centre[1])
    ty = EYE_LINE_Y * size - (b * centre[0] + a * centre[1])
    return np.array([[a, -b, tx], [b, a, ty]], np.float32)


def apply(affine: Affine, points: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 2) float32: (N, >=2) points mapped by an affine."""
    return (points[:, :2] @ affine[:, :2].T + affine[:, 2]).astype(np.float32)


def apply_with_depth(affine: Affine, points: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 3) float32: (N, 3) points mapped by a similarity; z is scaled by the same factor as x and y."""
    whole = np.zeros((3, 3), np.float32)
    whole[:2, :2] = affine[:, :2]
    whole[2, 2] = np.sqrt(affine[0, 0] * affine[1, 1] - affine[0, 1] * affine[1, 0])
    return (points @ whole.T + np.append(affine[:, 2], np.float32(0))).astype(np.float32)


def compose(outer: Affine, inner: Affine) -> Affine:
    """The affine that applies ``inner`` and then ``outer``."""
    linear = outer[:, :2].astype(np.float64) @ inner[:, :2]
    shift = outer[:, :2].astype(np.float64) @ inner[:, 2] + outer[:, 2]
    return np.hstack([linear, shift[:, None]]).astype(np.float32)


def invert(affine: Affine) -> Affine:
    """The inverse affine."""
    return np.asarray(cv2.invertAffineTransform(affine), np.float32)
