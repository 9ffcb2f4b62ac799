"""Where a face sits in its aligned crop, and the affine algebra around it.

An affine is a (2, 3) float32 matrix that maps (x, y) of one picture to (x, y) of another. The crop is
square, ``CROP_SIZE`` pixels wide, with the outer eye corners on fixed points; a face about 0.75 of the
crop wide, brows to chin inside. Flow in crop pixels over ``CROP_INTEROCULAR_PX`` is therefore a fraction
of the interocular distance, whatever the camera.
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
EYE_HALF_WIDTH = 0.235
CROP_INTEROCULAR_PX = 2 * EYE_HALF_WIDTH * CROP_SIZE
"""Interocular distance (outer eye corners) of every aligned crop, pixels."""

Affine = NDArray[np.float32]


def interocular_px(landmarks: NDArray[np.float32]) -> float:
    """Distance of the outer eye corners of (468, >=2) landmarks, in their unit."""
    return float(np.linalg.norm(landmarks[LEFT_EYE_OUTER, :2] - landmarks[RIGHT_EYE_OUTER, :2]))


def crop_from_image(landmarks: NDArray[np.float32], size: int = CROP_SIZE) -> Affine:
    """Similarity that puts the outer eye corners of (468, >=2) image landmarks on the crop's fixed points."""
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
    """(N, 2) float32 image of (N, >=2) points under an affine."""
    return (points[:, :2] @ affine[:, :2].T + affine[:, 2]).astype(np.float32)


def apply_with_depth(affine: Affine, points: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 3) float32 image of (N, 3) points under a similarity; z is scaled as x and y are."""
    whole = np.zeros((3, 3), np.float32)
    whole[:2, :2] = affine[:, :2]
    whole[2, 2] = np.sqrt(np.linalg.det(affine[:, :2]))
    return (points @ whole.T + np.append(affine[:, 2], np.float32(0))).astype(np.float32)


def compose(outer: Affine, inner: Affine) -> Affine:
    """The affine that applies ``inner`` first, then ``outer``."""
    linear = outer[:, :2].astype(np.float64) @ inner[:, :2]
    shift = outer[:, :2].astype(np.float64) @ inner[:, 2] + outer[:, 2]
    return np.hstack([linear, shift[:, None]]).astype(np.float32)


def invert(affine: Affine) -> Affine:
    """The inverse affine."""
    return np.asarray(cv2.invertAffineTransform(affine), np.float32)
