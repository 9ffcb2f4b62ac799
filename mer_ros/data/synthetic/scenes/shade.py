"""Soft light on a sculpted head: brightness from the directions of its surface."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

AMBIENT, KEY = 0.32, 0.72
"""Light from everywhere, and from the lamp."""

WRAP = np.array([0.25, 0.32, 0.42], np.float32)
"""How far light reaches round a surface of skin, blue, green, red: red light spreads most."""

GLOSS, GLOSS_POWER = 0.07, 14.0
"""Reflection of the lamp by skin, linear light, and exponent of its lobe (Blinn-Phong)."""

HOLLOWS = ((0.03, 0.38), (0.12, 0.34))
"""Darkening of hollows: size of the neighbourhood, interocular distances, and its strength."""

GAMMA = 2.2
"""Exponent from stored levels, 0..1, to linear light."""


def brightness(normals: NDArray[np.float32], light: NDArray[np.float64]) -> NDArray[np.float32]:
    """(..., 3) linear brightness, BGR, of (..., 3) unit normals under a lamp in a direction."""
    facing = (normals @ light.astype(np.float32))[..., None]
    return np.asarray(AMBIENT + KEY * np.clip((facing + WRAP) / (1 + WRAP), 0, None), np.float32)


def relative_brightness(
    rest: NDArray[np.float32], moved: NDArray[np.float32], light: NDArray[np.float64]
) -> NDArray[np.float32]:
    """(h, w) factor of the grey levels of a picture when (h, w, 3) normals move."""
    before, after = (_green(normals, light) for normals in (rest, moved))
    return np.asarray(cv2.pow(after / before, 1 / GAMMA), np.float32)


def _green(normals: NDArray[np.float32], light: NDArray[np.float64]) -> NDArray[np.float32]:
    facing = normals @ light.astype(np.float32)
    return np.asarray(AMBIENT + KEY * np.maximum((facing + WRAP[1]) / (1 + WRAP[1]), 0), np.float32)


def gloss(normals: NDArray[np.float32], light: NDArray[np.float64]) -> NDArray[np.float32]:
    """(...) linear light that skin reflects to the camera."""
    half = light + np.array([0.0, 0.0, -1.0])
    facing = normals @ (half / np.linalg.norm(half)).astype(np.float32)
    return np.asarray(GLOSS * np.clip(facing, 0, 1) ** GLOSS_POWER, np.float32)


def hollows(
    depth: NDArray[np.float32], facing: NDArray[np.float32], seen: NDArray[np.bool_], unit: float
) -> NDArray[np.float32]:
    """(h, w) 0..1: how much light reaches each place of a surface.

    depth: pixels. facing: cosine of the surface to the camera; one that turns away is no hollow. unit: pixels
    per interocular distance.
    """
    open_sky = np.ones(depth.shape, np.float32)
    cover = seen.astype(np.float32)
    for size, strength in HOLLOWS:
        sigma = size * unit
        mean = cv2.GaussianBlur(depth * cover, (0, 0), sigma)
        mean /= np.maximum(cv2.GaussianBlur(cover, (0, 0), sigma), 1e-3)
        deeper = np.clip((depth - mean) / sigma, 0, 1.5) * np.clip(facing, 0, 1) ** 2
        open_sky *= np.exp(-strength * deeper)
    return np.asarray(open_sky, np.float32)


def encoded(colour: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Linear light, 0..1 -> uint8 grey levels."""
    return np.asarray(np.rint(255 * np.clip(colour, 0, 1) ** np.float32(1 / GAMMA)), np.uint8)
