"""Flow at the landmarks of one face, every frame: once the dearest step of the hot path, hence sparse.

Pyramidal Lucas-Kanade (Lucas and Kanade 1981; Bouguet 2000, as in OpenCV) asks about the landmarks alone:
a fifth of the time of dense inverse search over the whole face, and as many expressions are spotted. Windows
are small, or the movement of a lip corner drowns in that of the cheek beside it. Light that flickers would
read as movement: so every picture is taken less its local mean, at the reference's contrast. Measured in
``docs/realtime.md``.
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
        details, self._contrast = _details(reference)
        self._reference = _picture(details)
        self._places = np.ascontiguousarray(landmarks[:, None, :2], np.float32)
        pixels = reference.reshape(-1).astype(np.float32)
        self._level = pixels - pixels.mean()  # without its mean, so that a mean of the other's adds nothing
        self._size = float(cv2.meanStdDev(reference)[1][0, 0]) * pixels.size

    def __call__(self, grey: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, 2) pixels that the landmarks have moved in a crop; of one that is lost, the others' middle."""
        details, contrast = _details(grey)
        found, seen, _ = cv2.calcOpticalFlowPyrLK(
            self._reference,
            _picture(details, self._contrast / contrast if contrast else 1.0),
            self._places,
            None,
            winSize=(_WINDOW_PX, _WINDOW_PX),
            maxLevel=_LEVELS,
            criteria=_STOP,
        )
        moved, lost = (found - self._places)[:, 0], seen[:, 0] == 0
        if lost.any():  # at the edge of the crop, and then wherever it ended
            moved[lost] = 0.0 if lost.all() else np.median(moved[~lost], axis=0)
        return moved

    def agreement(self, grey: NDArray[np.uint8]) -> float:
        """Normalised correlation of a whole crop with the reference, -1..1; NaN where either has one grey."""
        sizes = float(cv2.meanStdDev(grey)[1][0, 0]) * self._size
        return float(grey.reshape(-1).astype(np.float32) @ self._level) / sizes if sizes else float("nan")


def _details(grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], float]:
    """The picture less its local mean, and the standard deviation of that."""
    details = cv2.subtract(grey, cv2.blur(grey, (_LOCAL_PX, _LOCAL_PX)), dtype=cv2.CV_32F)
    return details, float(cv2.meanStdDev(details)[1][0, 0])


def _picture(details: NDArray[np.float32], contrast: float = 1.0) -> NDArray[np.uint8]:
    """Details around a middle grey."""
    return cv2.convertScaleAbs(details, alpha=contrast, beta=_GREY)
