"""The wall behind a sculpted subject."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.scenes.looks import Looks
from mer_ros.data.synthetic.scenes.noise import smooth_noise
from mer_ros.data.synthetic.scenes.shade import encoded

GRADIENT, MOTTLE, GRAIN = 0.35, 0.04, 0.015
"""Relative change of brightness across the frame, in large patches, and from pixel to pixel."""

CORNER_CHANCE = 0.5
"""Probability that a corner of the room is seen, with one wall darker than the other."""


def backdrop(looks: Looks, size_wh: tuple[int, int]) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 BGR, out of focus."""
    width, height = size_wh
    rng = np.random.default_rng([0xBAC, looks.seed])
    x = np.linspace(-1, 1, width, dtype=np.float32)[None]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    towards = np.sign(looks.light[0])
    level = 1 + np.float32(GRADIENT / 2) * (towards * x - 0.5 * y)
    if rng.uniform() < CORNER_CHANCE:
        at = float(rng.uniform(0.35, 0.9) * rng.choice([-1, 1]))
        level = level * np.where(
            (x - at) * np.sign(at) > 0, np.float32(rng.uniform(0.6, 0.85)), np.float32(1)
        )
        level = cv2.GaussianBlur(np.asarray(level, np.float32), (0, 0), width / 200)
    level = level + np.float32(MOTTLE) * smooth_noise(rng, (height, width), width / 6)
    level += np.float32(GRAIN) * smooth_noise(rng, (height, width), 1.5)
    return encoded(np.asarray(level[..., None] * looks.wall.astype(np.float32), np.float32))
