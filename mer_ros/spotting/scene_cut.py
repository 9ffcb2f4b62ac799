"""Whether a picture is of another scene than the picture before it, as after a cut in a video.

Both are reduced to 32 x 24 pixels. A cut changes the log brightness of many of them at once, after a change
of the median pixel (light, exposure) is removed. A hand that comes changes fewer. A camera that moves changes
as many, but not in one picture only: the change before must have been small. The measure and its limits are
our own.

Example: a scene, the same with less light, and another one.

>>> scenes = np.random.default_rng(0).integers(30, 255, (2, 24, 32, 3), np.uint8)
>>> one, other = (cv2.resize(scene, (640, 480)) for scene in scenes)
>>> cut = SceneCut()
>>> print([cut.update(reduced(image)) for image in (one, one, one // 2, other, other)])
[False, False, False, True, False]
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_SIZE_WH = 32, 24
_STRIDED_PX = 4 * _SIZE_WH[0]  # rows and columns of wider pictures are left out first
_LOWEST = np.float32(16)  # grey levels added before the logarithm: noise in the dark is no change
_CHANGED = 0.15  # log brightness of a channel
_MIN_CUT = 0.25
"""Share of the pixels that a cut changes. From one talker to another in the same studio .26 to .54 (56 cuts),
to another synthetic subject .43 to .95; hands that appear at once .07 to .22; people who talk .02.
"""
_MAX_BEFORE = 0.1  # share that the picture before had changed


class SceneCut:
    """Compares each picture with the one before."""

    def __init__(self) -> None:
        self._last: NDArray[np.float32] | None = None
        self._changed = 1.0

    def update(self, picture: NDArray[np.float32]) -> bool:
        """Whether a picture is of another scene than the last one. picture: ``reduced``."""
        last, self._last = self._last, picture
        if last is None:
            return False
        away = self._last - last
        away -= np.median(away, axis=0)
        before, self._changed = self._changed, float((np.abs(away).max(axis=1) > _CHANGED).mean())
        return self._changed > _MIN_CUT and before < _MAX_BEFORE


def reduced(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(768, 3) float32 log brightness of an (H, W, 3) uint8 image."""
    stride = max(image.shape[1] // _STRIDED_PX, 1)
    strided = np.ascontiguousarray(image[::stride, ::stride])
    small = cv2.resize(strided, _SIZE_WH, interpolation=cv2.INTER_AREA).reshape(-1, 3)
    return np.asarray(np.log(small + _LOWEST), np.float32)
