"""Flow at the landmarks of one face, every frame: once the dearest step of the hot path, hence sparse.

Pyramidal Lucas-Kanade (Lucas and Kanade 1981; Bouguet 2000, as in OpenCV) asks about the landmarks alone: a
fifth of the time of dense inverse search over the whole face, and as many expressions are spotted. Windows are
small, or the movement of a lip corner drowns in that of the cheek beside it. The local mean is taken out of
every picture first: light that flickers would read as movement. Measured in ``docs/realtime.md``.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_WINDOW_PX = 9
_LEVELS = 2  # halvings: what a head moves between two frames of a slow camera is within their reach
_STOP = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 10, 0.02)  # descents, pixels
_LOCAL_PX = 15
_GREY = 128.0


class LandmarkFlow:
    """Where the landmarks of a reference are in later crops."""

    def refer_to(self, reference: NDArray[np.uint8], landmarks: NDArray[np.float32]) -> None:
        """Take a reference. reference: (S, S) uint8 grey crop; landmarks: (N, >=2) float32, its pixels."""
        self._reference = _without_light(reference)
        self._places = np.ascontiguousarray(landmarks[:, None, :2], np.float32)
        self._level = _level(reference)

    def __call__(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, 2) pixels that the landmarks have moved in a crop."""
        found, _, _ = cv2.calcOpticalFlowPyrLK(
            self._reference,
            _without_light(grey),
            self._places,
            None,
            winSize=(_WINDOW_PX, _WINDOW_PX),
            maxLevel=_LEVELS,
            criteria=_STOP,
        )
        return (found - self._places)[:, 0]

    def agreement(self, grey: NDArray[np.uint8]) -> float:
        """Normalised correlation of a whole crop with the reference, -1..1; NaN where either has one grey."""
        now = _level(grey)
        with np.errstate(invalid="ignore"):
            return float(now @ self._level / np.sqrt((now @ now) * (self._level @ self._level)))


def _without_light(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture less its local mean, around a middle grey."""
    return cv2.addWeighted(grey, 1.0, cv2.blur(grey, (_LOCAL_PX, _LOCAL_PX)), -1.0, _GREY)


def _level(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(S * S,) the pixels without their mean."""
    pixels = grey.reshape(-1).astype(np.float32)
    return pixels - pixels.mean()
