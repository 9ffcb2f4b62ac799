"""Head pose, bounding box and suitability of a face, from its landmarks."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.geometry import LEFT_EYE_OUTER, RIGHT_EYE_OUTER, interocular_px

_FOREHEAD, _CHIN = 10, 152
_MAX_ROLL_RAD = math.radians(95)  # people lie down, roll is measured to 4 degrees; beyond, it is the camera


def yaw_pitch_roll(landmarks: NDArray[np.float32]) -> tuple[float, float, float]:
    """Yaw, pitch and roll in rad from (468, 3) landmarks in pixels.

    Yaw is positive when the person turns to their own left, pitch when they look down, roll when the head
    turns clockwise in the picture. Pitch is measured from the line between forehead and chin of the FaceMesh
    model, which is not calibrated to a person: use it for changes and limits, not as a gaze direction.
    """
    across = landmarks[LEFT_EYE_OUTER] - landmarks[RIGHT_EYE_OUTER]
    down = landmarks[_CHIN] - landmarks[_FOREHEAD]
    yaw = math.atan2(float(across[2]), math.hypot(float(across[0]), float(across[1])))
    pitch = math.atan2(float(down[2]), math.hypot(float(down[0]), float(down[1])))
    roll = math.atan2(float(across[1]), float(across[0]))
    return yaw, pitch, roll


def box_xywh(landmarks: NDArray[np.float32], image_wh: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """Integer box (x, y, width, height) of (468, >=2) landmarks, clipped to the image; None outside it."""
    (left, top), (right, bottom) = _corners(landmarks)
    if not math.isfinite(left + top + right + bottom):
        return None
    left, top = max(math.floor(left), 0), max(math.floor(top), 0)
    right, bottom = min(math.ceil(right), image_wh[0]), min(math.ceil(bottom), image_wh[1])
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None


def unfit_reason(
    landmarks: NDArray[np.float32],
    image_wh: tuple[int, int],
    min_interocular_px: float,
    max_turn_rad: float,
    yaw_pitch: tuple[float, float] | None = None,
) -> str:
    """Short reason why the expression of this face cannot be judged; empty if it can.

    landmarks: (468, 3) float32, image pixels. yaw_pitch: rad; computed from the landmarks if None. Pass the
    angles of the latest detection for landmarks that registration has carried along since.
    """
    distance = interocular_px(landmarks)
    if distance < min_interocular_px:
        return f"too small: {distance:.0f} px between the eyes, {min_interocular_px:.0f} needed"
    *turn, roll = yaw_pitch_roll(landmarks)
    yaw, pitch = yaw_pitch or turn
    if abs(roll) > _MAX_ROLL_RAD:
        return f"turned upside down: {math.degrees(abs(roll)):.0f} degrees"
    if max(abs(yaw), abs(pitch)) > max_turn_rad:
        return f"turned away: {math.degrees(max(abs(yaw), abs(pitch))):.0f} degrees"
    (left, top), (right, bottom) = _corners(landmarks)
    if left < 0 or top < 0 or right > image_wh[0] or bottom > image_wh[1]:
        return "cut by the edge of the image"
    return ""


def _corners(landmarks: NDArray[np.float32]) -> tuple[list[float], list[float]]:
    """Smallest and largest (x, y)."""
    points = np.ascontiguousarray(landmarks[:, :2].T)  # NumPy reduces contiguous rows faster than columns
    return points.min(axis=1).tolist(), points.max(axis=1).tolist()
