"""Windows and shifts in which two textures of a face (``face.texture``) are compared pixel by pixel."""

from __future__ import annotations

import functools

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.face.texture import HEIGHT, WIDTH, face

Plane = NDArray[np.float32]

_WINDOW = 7  # pixels across: 0.23 interocular distances
_REACH = 2  # pixels: largest shift
_SHIFTS = [(dx, dy) for dy in range(-2, 3) for dx in range(-2, 3) if dx % 2 == dy % 2]


def shifted(plane: Plane) -> Plane:
    """(H, W, N) an (H, W) plane at each of N shifts by up to 2 pixels."""
    padded = cv2.copyMakeBorder(plane, *(_REACH,) * 4, cv2.BORDER_REFLECT)
    return np.dstack(
        [padded[_REACH + dy : _REACH + dy + HEIGHT, _REACH + dx : _REACH + dx + WIDTH] for dx, dy in _SHIFTS]
    )


def window_mean(values: Plane) -> Plane:
    """(H, W) or (H, W, N) mean of the pixels of the face in the window around each pixel."""
    inside, share = _window()
    if values.ndim == 3:
        inside, share = inside[..., None], share[..., None]
    summed = cv2.boxFilter(values * inside, -1, (_WINDOW, _WINDOW), borderType=cv2.BORDER_REFLECT)
    return np.asarray(summed.reshape(values.shape) / share, np.float32)


def best_shift(likeness: Plane) -> Plane:
    """(H, W) largest of the (H, W, N) values of each pixel; 10 times as fast as ``max`` for few N."""
    best = cv2.reduce(likeness.reshape(HEIGHT * WIDTH, -1), 1, cv2.REDUCE_MAX)
    return np.asarray(best.reshape(HEIGHT, WIDTH), np.float32)


@functools.cache
def _window() -> tuple[Plane, Plane]:
    """(H, W) 1 on the face and 0 beside it, and the share of each window that lies on the face."""
    inside = face().astype(np.float32)
    share = cv2.boxFilter(inside, -1, (_WINDOW, _WINDOW), borderType=cv2.BORDER_REFLECT)
    return inside, np.maximum(share, np.float32(1e-3))
