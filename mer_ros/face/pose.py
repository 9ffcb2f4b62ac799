"""Head pose and fitness of a face, from its landmarks."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.geometry import LEFT_EYE_OUTER, RIGHT_EYE_OUTER, interocular_px

_FOREHEAD, _CHIN = 10, 152


def yaw_pitch_roll(landmarks: NDArray[np.float32]) -> tuple[float, float, float]:
    """Angles in rad of (468, 3) landmarks in pixels.

    Yaw is positive when the face turns to its own left, pitch when it looks down, roll when the head turns
    clockwise in the picture. Pitch is relative to the plane from forehead to chin of the FaceMesh model,
    which is not calibrated to a person: use it for changes and for gates, not as gaze.
    """
    across = landmarks[LEFT_EYE_OUTER] - landmarks[RIGHT_EYE_OUTER]
    down = landmarks[_CHIN] - landmarks[_FOREHEAD]
    yaw = math.atan2(float(across[2]), math.hypot(float(across[0]), float(across[1])))
    pitch = math.atan2(float(down[2]), math.hypot(float(down[0]), float(down[1])))
    roll = math.atan2(float(across[1]), float(across[0]))
    return yaw, pitch, roll


def box_xywh(landmarks: NDArray[np.float32], image_wh: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """Integer box around (468, >=2) landmarks, cut at the image; None where nothing of it is inside."""
    width, height = image_wh
    left, top = np.floor(landmarks[:, :2].min(axis=0)).astype(int)
    right, bottom = np.ceil(landmarks[:, :2].max(axis=0)).astype(int)
    left, top, right, bottom = max(left, 0), max(top, 0), min(right, width), min(bottom, height)
    return (
        (int(left), int(top), int(right - left), int(bottom - top)) if right > left and bottom > top else None
    )


def why_unfit(
    landmarks: NDArray[np.float32],
    image_wh: tuple[int, int],
    min_interocular_px: float,
    max_turn_rad: float,
    yaw_pitch: tuple[float, float] | None = None,
) -> str:
    """Empty, or in a few words why the expression of this face cannot be judged.

    yaw_pitch: rad, where they are known better than from (468, 3) landmarks that were carried along.
    """
    distance = interocular_px(landmarks)
    if distance < min_interocular_px:
        return f"too small: {distance:.0f} px between the eyes, {min_interocular_px:.0f} needed"
    yaw, pitch = yaw_pitch or yaw_pitch_roll(landmarks)[:2]
    if max(abs(yaw), abs(pitch)) > max_turn_rad:
        return f"turned away: {math.degrees(max(abs(yaw), abs(pitch))):.0f} degrees"
    if (landmarks[:, :2] < 0).any() or (landmarks[:, :2] > np.array(image_wh)).any():
        return "cut by the edge of the picture"
    return ""
