"""Smooth random textures."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def smooth_noise(rng: np.random.Generator, shape: tuple[int, ...], cell: float) -> NDArray[np.float32]:
    """(h, w) noise of mean 0 and standard deviation 1 whose structures are about ``cell`` pixels wide."""
    small = (max(int(shape[0] / cell) + 2, 4), max(int(shape[1] / cell) + 2, 4))
    drawn = rng.standard_normal(small, np.float32)
    if cell > 1:
        drawn = np.asarray(cv2.resize(drawn, shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)
    else:
        drawn = drawn[: shape[0], : shape[1]]
    return (drawn - drawn.mean()) / np.float32(max(float(drawn.std()), 1e-6))


def strands(
    rng: np.random.Generator, across: NDArray[np.float32], along: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(h, w) noise of mean 0 that varies fast with one coordinate and slowly with the other, like hair.

    across, along: (h, w) coordinates, in widths of a strand and in lengths of a strand.
    """
    size = 512
    bank = np.float32(0.7) * rng.standard_normal((size, size), np.float32)
    bank += cv2.resize(rng.standard_normal((size // 8, size // 8), np.float32), (size, size))
    return np.asarray(
        cv2.remap(bank, np.mod(across, size - 1), np.mod(along, size - 1), cv2.INTER_LINEAR), np.float32
    )
