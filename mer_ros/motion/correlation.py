"""How much a crop looks like the reference: whether registration still holds."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


class ReferenceCorrelation:
    """To one reference, an (S, S) uint8 grey crop."""

    def __init__(self, reference: NDArray[np.uint8]) -> None:
        pixels = reference.reshape(-1).astype(np.float32)
        self._level = pixels - pixels.mean()  # without its mean, so that a mean of the other's adds nothing
        self._size = float(cv2.meanStdDev(reference)[1][0, 0]) * pixels.size

    def __call__(self, grey: NDArray[np.uint8]) -> float:
        """Normalised correlation of a whole crop with the reference, -1..1; NaN where either has one grey."""
        sizes = float(cv2.meanStdDev(grey)[1][0, 0]) * self._size
        return float(grey.reshape(-1).astype(np.float32) @ self._level) / sizes if sizes else float("nan")
