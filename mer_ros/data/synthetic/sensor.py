"""Fast sensor noise: drawn once per clip, then read from a new position for each frame."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

BANK = 1_000_000
"""Number of start positions: consecutive frames almost never have the same one."""

COLOUR_SHARE = 0.6
"""Independent part of the noise of each channel; the rest (in power) is common to the three channels."""


class SensorNoise:
    """Adds Gaussian noise to 8-bit frames. sigma: standard deviation, grey levels."""

    def __init__(self, seed: int, size_wh: tuple[int, int], sigma: float) -> None:
        self._shape = (size_wh[1], size_wh[0], 3)
        self._seed = seed
        pixels = size_wh[0] * size_wh[1]
        self._lighter: NDArray[np.uint8] | None = None
        if sigma > 0:
            rng = np.random.default_rng([seed, 0x401])
            grey = rng.standard_normal((BANK + pixels, 1), np.float32)
            own = rng.standard_normal((BANK + pixels, 3), np.float32)
            noise = np.float32(np.sqrt(1 - COLOUR_SHARE**2)) * grey + np.float32(COLOUR_SHARE) * own
            noise *= np.float32(sigma / _grey_spread())
            level = np.rint(noise)
            self._lighter = np.clip(level, 0, 255).astype(np.uint8)
            self._darker = np.clip(-level, 0, 255).astype(np.uint8)

    def add(self, frame: NDArray[np.uint8], i: int) -> NDArray[np.uint8]:
        """Add the noise of frame ``i`` to an (H, W, 3) uint8 picture, in place, and return it."""
        if self._lighter is None:
            return frame
        rng = np.random.default_rng([self._seed, 0x402, i])
        start, flip = int(rng.integers(BANK)), bool(rng.integers(2))
        part = slice(start, start + self._shape[0] * self._shape[1])
        lighter, darker = self._lighter[part].reshape(self._shape), self._darker[part].reshape(self._shape)
        if flip:
            lighter, darker = darker, lighter
        cv2.add(frame, lighter, dst=frame)
        cv2.subtract(frame, darker, dst=frame)
        return frame


def _grey_spread() -> float:
    """Standard deviation of the grey value (BT.601 weights) if that of each channel is 1."""
    own = COLOUR_SHARE**2 * (0.114**2 + 0.587**2 + 0.299**2)
    return float(np.sqrt(1 - COLOUR_SHARE**2 + own))
