"""A face under a heat map."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

MAP_STRENGTH = 0.75
"""Opacity of the heat map at its maximum."""


def face_under_map(face: NDArray[np.uint8], heatmap: NDArray[np.float32], side_px: int) -> NDArray[np.uint8]:
    """(side_px, side_px, 3) uint8 BGR: a face under a map in the colours of inferno.

    face: (S, S, 3) uint8 BGR. heatmap: (h, w) float32, 0..1, over the whole face; values outside are clipped.
    Dark violet is weak, yellow is strong.
    """
    side = (side_px, side_px)
    large = cv2.resize(face, side, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    heat = np.clip(cv2.resize(heatmap, side, interpolation=cv2.INTER_CUBIC), 0, 1)
    colour = cv2.applyColorMap((heat * 255).astype(np.uint8), cv2.COLORMAP_INFERNO).astype(np.float32)
    alpha = MAP_STRENGTH * heat[..., None]
    grey = large.mean(axis=2, keepdims=True)
    calm = 0.5 * large + 0.5 * grey  # less saturated, so that the colours of the map dominate
    return np.clip(calm * (1 - alpha) + colour * alpha, 0, 255).astype(np.uint8)
