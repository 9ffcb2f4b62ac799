"""Whether a photograph can be animated: a frontal, uncut face at rest, with open eyes and closed lips.

The limits are our own; ``docs/demo.md`` states on what they were measured.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.lid_margins import LOWER, UPPER
from mer_ros.face.geometry import interocular_px
from mer_ros.face.pose import yaw_pitch_roll

Landmarks = NDArray[np.float32]

MAX_YAW_DEG, MAX_PITCH_DEG, MAX_ROLL_DEG = 20.0, 30.0, 30.0
"""Pitch is relative to the FaceMesh model, in which frontal faces have -5 to 14 degrees."""

MAX_MOUTH_GAP = 0.15
"""Distance of the inner lips, interocular distances: closed .01 to .04, smiles with teeth .05 to .14."""

MAX_CUT_SHARE = 0.04
"""Share of the face beyond the edge; FaceMesh places the chin and the forehead this precisely."""

WHOLE_FACE = "give one with the whole face, from forehead to chin"
"""Remedy for a face that is cut."""

_TIP_OF_NOSE, _CHEEKS, _LIPS = 1, (234, 454), (13, 14)
_NOSE_PROTRUDES = 0.5
"""Of the tip of the nose before the line between the cheeks, in widths of the face. Measured on both heads of
the generator at 0 to 40 degrees; the depth of FaceMesh is too small for an angle: 13 degrees at 20.
"""

_CLOSED_SCORE, _CLOSED_EDGES = 0.45, 0.25
"""See ``eyes_closed``. Score of open eyes .48 and more, squinting ones .34 and more; closed ones .23 to .44.
Edges of squinting eyes .29 and more; closed ones .09 to .24.
"""

_EYE_PX = 96  # width of an eye, from corner to corner, in which it is judged
_BELOW_PX = 24  # skin below the eye, which gives the brightness


def refusal(image: NDArray[np.uint8], landmarks: Landmarks) -> str:
    """What prevents the animation of a face, as a clause ("has closed eyes"); empty if nothing does.

    image: (H, W, 3) uint8, BGR. landmarks: (468, 3) float32, pixels of the image.
    """
    yaw, (_, pitch, roll) = yaw_deg(landmarks), np.degrees(yaw_pitch_roll(landmarks))
    if abs(roll) > MAX_ROLL_DEG:
        tilt = math.ceil(abs(roll))
        return f"shows a face tilted by {tilt} degrees (at most {MAX_ROLL_DEG:.0f}): turn the image"
    cut = cut_side(landmarks, (image.shape[1], image.shape[0]))
    if cut:
        return f"shows a face cut by the {cut}: {WHOLE_FACE}"
    side = "right" if yaw > 0 else "left"
    if abs(yaw) > MAX_YAW_DEG:
        return (
            f"shows a face turned {math.ceil(abs(yaw))} degrees to the {side} of the image (at most "
            f"{MAX_YAW_DEG:.0f}): give one that looks into the camera"
        )
    if abs(pitch) > MAX_PITCH_DEG:
        return (
            f"shows a face turned {math.ceil(abs(pitch))} degrees {'down' if pitch > 0 else 'up'} (at most "
            f"{MAX_PITCH_DEG:.0f}): give one that looks into the camera"
        )
    gap = mouth_gap(landmarks)
    if gap > MAX_MOUTH_GAP:
        return (
            f"shows an open mouth (lips {math.ceil(100 * gap)}% of the distance between the eyes apart, at "
            f"most {MAX_MOUTH_GAP:.0%}): give one with closed lips or a slight smile"
        )
    if eyes_closed(image, landmarks):
        return "shows closed eyes: give one with open eyes"
    return ""


def yaw_deg(landmarks: Landmarks) -> float:
    """Yaw in degrees, positive if the face looks to the right of the image: from the place of the nose."""
    right, left = landmarks[list(_CHEEKS), :2].astype(np.float64)
    across = left - right
    share = float((landmarks[_TIP_OF_NOSE, :2] - right) @ across / max(across @ across, 1e-9))
    return math.degrees(math.atan((share - 0.5) / _NOSE_PROTRUDES))


def cut_side(landmarks: Landmarks, image_wh: tuple[int, int]) -> str:
    """The edge beyond which a part of the face lies, with its size; empty if there is none."""
    low, high = landmarks[:, :2].min(axis=0), landmarks[:, :2].max(axis=0)
    size = high - low
    missing = {
        "left edge": -low[0] / size[0],
        "right edge": (high[0] - image_wh[0]) / size[0],
        "upper edge": -low[1] / size[1],
        "lower edge": (high[1] - image_wh[1]) / size[1],
    }
    side, share = max(missing.items(), key=lambda item: item[1])
    return (
        f"{side} of the image ({math.ceil(100 * share)}% of it is missing)" if share > MAX_CUT_SHARE else ""
    )


def mouth_gap(landmarks: Landmarks) -> float:
    """Distance of the inner lips, in interocular distances."""
    upper, lower = landmarks[list(_LIPS), :2]
    return float(np.linalg.norm(upper - lower)) / max(interocular_px(landmarks), 1e-6)


def eyes_closed(image: NDArray[np.uint8], landmarks: Landmarks) -> bool:
    """Whether both eyes are closed.

    FaceMesh alone does not tell a closed eye from a squinting one, so two measures must agree, each the mean
    of both eyes: the height of the lid gap as a share of the width (Soukupova and Cech, "Real-Time Eye Blink
    Detection using Facial Landmarks", CVWW 2016) plus half the ratio of horizontal to vertical brightness
    gradients in the eye; and the horizontal gradients, relative to the skin: an iris has edges on both sides,
    lashes have none.
    """
    gaps = [_lid_gap(landmarks, side) for side in "RL"]
    edges, ratios = zip(*(_iris_edges(image, landmarks, side) for side in "RL"), strict=True)
    score = float(np.mean(gaps) + np.mean(ratios) / 2)
    return score < _CLOSED_SCORE and float(np.mean(edges)) < _CLOSED_EDGES


def _lid_gap(landmarks: Landmarks, side: str) -> float:
    """Mean distance of the lid margins as a share of the width of the eye."""
    upper, lower = landmarks[list(UPPER[side]), :2], landmarks[list(LOWER[side]), :2]
    gap = float(np.linalg.norm(upper[2:7] - lower[2:7], axis=1).mean())
    return gap / max(float(np.linalg.norm(upper[0] - upper[-1])), 1e-6)


def _iris_edges(image: NDArray[np.uint8], landmarks: Landmarks, side: str) -> tuple[float, float]:
    """Largest horizontal gradients in an eye, per pixel of 1/96 of its width: relative to the brightness of
    the skin below, and to the largest vertical ones.
    """
    first, last = landmarks[[UPPER[side][0], UPPER[side][-1]], :2].astype(np.float64)
    across = (last - first) * (_EYE_PX / max(float((last - first) @ (last - first)), 1e-9))
    to_eye = np.array([[across[0], across[1], 0], [-across[1], across[0], 0]])
    to_eye[:, 2] = _EYE_PX / 2 - to_eye[:, :2] @ ((first + last) / 2)
    size_wh = (_EYE_PX, _EYE_PX + _BELOW_PX)
    eye = cv2.warpAffine(image, to_eye, size_wh, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    grey = cv2.GaussianBlur(cv2.cvtColor(eye, cv2.COLOR_BGR2GRAY), (0, 0), 1.5).astype(np.float32)
    skin = max(float(np.median(grey[_EYE_PX + 4 :, 20:-20])), 1.0)
    inner = slice(16, -16 - _BELOW_PX), slice(22, -22)
    sideways, downwards = (
        float(np.percentile(np.abs(cv2.Sobel(grey, cv2.CV_32F, *order))[inner], 97))
        for order in ((1, 0), (0, 1))
    )
    return sideways / skin, sideways / max(downwards, 1e-6)
