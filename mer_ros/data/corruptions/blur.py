"""Defocus and motion blur, as in ImageNet-C."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.corruptions.corruption import Corruption, Shot

_MOTION_RADIUS_PX = {3.0: 10, 5.0: 15, 8.0: 15, 12.0: 15, 15.0: 20}  # by sigma, ImageNet-C
_MAX_ANGLE_DEG = 45.0


def _filtered(shot: Shot, kernel: NDArray[np.float64]) -> Shot:
    weights = kernel / kernel.sum()
    blurred = [cv2.filter2D(f, -1, weights, borderType=cv2.BORDER_REFLECT) for f in shot.frames]
    return replace(shot, frames=np.asarray(blurred, np.uint8))


def _defocused(shot: Shot, radius_px: float, _rng: np.random.Generator) -> Shot:
    """A disk with a soft edge."""
    radius = radius_px * shot.enlarged
    reach = int(np.ceil(radius)) + 1
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return _filtered(shot, np.clip(radius + 0.5 - np.hypot(x, y), 0, 1))


def _moved(shot: Shot, sigma_px: float, rng: np.random.Generator) -> Shot:
    """A line whose weights fall as one half of a normal distribution; the same in every frame."""
    radius = _MOTION_RADIUS_PX[sigma_px] * shot.enlarged
    angle = np.deg2rad(rng.uniform(-_MAX_ANGLE_DEG, _MAX_ANGLE_DEG))
    reach = int(np.ceil(radius))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1))
    for at in np.arange(0, radius + 0.25, 0.25):
        x, y = reach + at * np.cos(angle), reach + at * np.sin(angle)
        left, top = min(int(x), 2 * reach - 1), min(int(y), 2 * reach - 1)
        weight = np.exp(-0.5 * (at / (sigma_px * shot.enlarged)) ** 2)
        for dy in (0, 1):
            for dx in (0, 1):
                kernel[top + dy, left + dx] += weight * (1 - abs(x - left - dx)) * (1 - abs(y - top - dy))
    return _filtered(shot, np.clip(kernel, 0, None))


DEFOCUS = Corruption("defocus", "px radius", (3.0, 4.0, 6.0, 8.0, 10.0), _defocused)
MOTION_BLUR = Corruption("motion blur", "px, sigma along the line", (3.0, 5.0, 8.0, 12.0, 15.0), _moved)
