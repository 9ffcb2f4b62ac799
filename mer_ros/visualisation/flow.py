"""Flow as a picture: hue shows direction and brightness strength; arrows show both without colour.

Hue as in Baker et al., "A Database and Evaluation Methodology for Optical Flow", IJCV 92 (2011), on a dark
background: moving parts are bright, resting parts dark.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.motion.normalisation import face_window

PICTURE_SIZE = 256
GROUND_BGR = (44, 38, 34)
ARROW_BGR = (245, 245, 245)
ARROWS = 13
"""Number of arrows across the picture."""

LEAST_ARROW = 0.22
"""Movements weaker than this share of the strongest have no arrow."""


def flow_picture(flow: NDArray[np.float32], size: int = PICTURE_SIZE) -> NDArray[np.uint8]:
    """(2, S, S) u, v or (3, S, S) u, v, strain, float32 in any unit -> (size, size, 3) uint8 BGR.

    Strength is relative to the strongest movement (99th percentile) of this flow.
    """
    small = np.ascontiguousarray(flow[:2])
    large = [cv2.resize(channel, (size, size), interpolation=cv2.INTER_CUBIC) for channel in small]
    window = face_window(size)
    u, v = large[0] * window, large[1] * window
    length = np.hypot(u, v)
    scale = max(float(np.percentile(length[window], 99)), 1e-9)
    strength = np.clip(length / scale, 0, 1)
    hue = (np.degrees(np.arctan2(v, u)) % 360) / 2
    full = np.full_like(hue, 255)
    hsv = np.stack([hue, 0.75 * full, full], axis=-1).astype(np.uint8)
    colour = cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR).astype(np.float32)
    picture = GROUND_BGR + (strength[..., None] ** 1.3) * (0.85 * colour - GROUND_BGR)
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    _draw_outline(picture)
    _draw_arrows(picture, u / scale, v / scale)
    return picture


def _draw_outline(picture: NDArray[np.uint8]) -> None:
    """Draw the edge of the face window, which is what a model reads."""
    mask = face_window(len(picture)).astype(np.uint8)
    edges, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.polylines(picture, edges, True, (96, 88, 80), 1, cv2.LINE_AA)


def _draw_arrows(picture: NDArray[np.uint8], u: NDArray[np.float32], v: NDArray[np.float32]) -> None:
    step = len(picture) / ARROWS
    u, v = cv2.blur(u, (int(step), int(step))), cv2.blur(v, (int(step), int(step)))
    for row in range(ARROWS):
        for column in range(ARROWS):
            x, y = (column + 0.5) * step, (row + 0.5) * step
            dx, dy = float(u[int(y), int(x)]), float(v[int(y), int(x)])
            length = float(np.hypot(dx, dy))
            if length < LEAST_ARROW:
                continue
            reach = step * min(length, 1.2) / length
            start = (round(x - dx * reach / 2), round(y - dy * reach / 2))
            end = (round(x + dx * reach / 2), round(y + dy * reach / 2))
            cv2.arrowedLine(picture, start, end, ARROW_BGR, 1, cv2.LINE_AA, tipLength=0.35)
