"""Flow in words, for those who cannot see its picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.visualisation.peak_words import peak_in_words

DIRECTIONS = ("right", "down and right", "down", "down and left", "left", "up and left", "up", "up and right")


def in_words(flow: NDArray[np.float32]) -> str:
    """Place and direction of the strongest movement of (2 or 3, S, S) flow, seen as in the picture.

    Example: "strongest movement up and right, at 30 % of the width and 70 % of the height".
    """
    length = cv2.GaussianBlur(np.hypot(flow[0], flow[1]), (0, 0), max(flow.shape[-1] / 28, 0.5))
    y, x = np.unravel_index(int(length.argmax()), length.shape)
    angle = np.degrees(np.arctan2(flow[1, y, x], flow[0, y, x]))
    direction = DIRECTIONS[round(angle / 45) % 8]
    return f"strongest movement {direction}, at {peak_in_words(length)}"
