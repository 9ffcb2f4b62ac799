"""Plain picture of the parametric head, in which FaceMesh finds the landmarks (scripts/reduce_head.py).

Clips are rendered by ``scenes``, with skin, hair, eyes and teeth.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.rasteriser import rasterise
from mer_ros.face.morphable_head import PARTS, Morphable

SKIN_BGR, LIPS_BGR = np.array([130.0, 160.0, 215.0]), np.array([90.0, 90.0, 170.0])
WHITE_BGR, IRIS_BGR, IRIS = np.array([225.0, 230.0, 230.0]), np.array([40.0, 50.0, 60.0]), 0.24
LIGHT = np.array([0.2, -0.4, -0.9])
"""Colours, and direction of the light; the iris is a share of the eyeball's width."""

GROUND = 90
"""Grey level beside the head."""


def shaded(pixels: NDArray[np.float64], head: Morphable, size_wh: tuple[int, int]) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 BGR picture of a head under light from above and the front.

    pixels: (N, 3) vertices, x and y in pixels, z in the same unit away from the camera.
    """
    triangles = head.triangles
    found, weights = rasterise(pixels, triangles, size_wh)
    a, b, c = pixels[triangles].transpose(1, 0, 2)
    normal = np.cross(b - a, c - a)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    light = 0.3 + 0.7 * np.abs(normal @ LIGHT / np.linalg.norm(LIGHT))
    hit = found >= 0
    corners = triangles[found[hit]]
    lips = (head.lips[corners] * weights[hit]).sum(1, keepdims=True) / 255
    colour = SKIN_BGR * (1 - lips) + LIPS_BGR * lips
    eyes = (head.part[corners] == PARTS.index("eye")).all(1)
    y, x = np.nonzero(hit)
    balls = pixels[head.part == PARTS.index("eye")]
    middle = balls[:, 0].mean()
    for side in (balls[balls[:, 0] < middle], balls[balls[:, 0] > middle]):
        apart = np.hypot(x - side[:, 0].mean(), y - side[:, 1].mean()) / np.ptp(side[:, 0])
        near = eyes & (apart < 1)
        colour[near] = np.where(apart[near, None] < IRIS, IRIS_BGR, WHITE_BGR)
    picture = np.full((*size_wh[::-1], 3), GROUND, np.uint8)
    picture[hit] = np.clip(colour * light[found[hit], None], 0, 255).astype(np.uint8)
    return np.asarray(cv2.GaussianBlur(picture, (3, 3), 0))
