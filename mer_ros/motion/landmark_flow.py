"""Flow at the landmarks of one face, every frame: the dearest step of the hot path, in two ways.

Where there is time, dense inverse search (as in ``registration``) on the part of the crop that holds the
landmarks, without the forehead's hair and the background. Where there is not, pyramidal Lucas-Kanade (Lucas
and Kanade 1981; Bouguet 2000, as in OpenCV) at the landmarks alone: a fifth of the time, and a quarter
more noise, which a fast camera averages out. Its windows are small, or the movement of a lip corner drowns
in that of the cheek beside it. Unlike the patches of dense inverse search they take flickering light for
movement: so every picture is taken less its local mean, at the reference's contrast. Measured in
``docs/realtime.md``.
"""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

_MARGIN_PX = 8  # a patch of the dense flow is as wide
_DESCENTS = 12  # fewer add noise, as a coarser grid of patches does
_AVERAGED_PX = 5

_WINDOW_PX = 9
_LEVELS = 2  # halvings
_STOP = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 10, 0.02)  # descents, pixels
_LOCAL_PX = 15
_MIDDLE = 128.0


class LandmarkFlow(Protocol):
    """Where the landmarks of a reference are in later crops."""

    def refer_to(self, reference: Grey, landmarks: NDArray[np.float32]) -> None:
        """Take a reference. reference: (S, S) uint8 grey crop; landmarks: (N, >=2) float32, its pixels."""

    def __call__(self, grey: Grey) -> NDArray[np.float32]:
        """(N, 2) pixels that the landmarks have moved in a crop."""


class DenseFlowAtLandmarks:
    """The better one; the flow is averaged over 5 by 5 pixels. Keeps OpenCV's buffers, so one per thread."""

    def __init__(self) -> None:
        self._dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._dis.setFinestScale(0)
        self._dis.setGradientDescentIterations(_DESCENTS)
        self._dis.setVariationalRefinementIterations(0)

    def refer_to(self, reference: Grey, landmarks: NDArray[np.float32]) -> None:
        """See ``LandmarkFlow``."""
        height, width = reference.shape
        left, top = (int(v) for v in np.floor(landmarks[:, :2].min(axis=0)) - _MARGIN_PX)
        right, bottom = (int(v) for v in np.ceil(landmarks[:, :2].max(axis=0)) + _MARGIN_PX)
        self._part = slice(max(top, 0), min(bottom, height)), slice(max(left, 0), min(right, width))
        self._reference = np.ascontiguousarray(reference[self._part])
        self._x = (landmarks[None, :, 0] - self._part[1].start).astype(np.float32)
        self._y = (landmarks[None, :, 1] - self._part[0].start).astype(np.float32)

    def __call__(self, grey: Grey) -> NDArray[np.float32]:
        """See ``LandmarkFlow``."""
        flow = self._dis.calc(self._reference, np.ascontiguousarray(grey[self._part]), None)
        smooth = cv2.blur(flow, (_AVERAGED_PX, _AVERAGED_PX))
        return cv2.remap(smooth, self._x, self._y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[0]


class SparseFlow:
    """The cheaper one. A landmark that is lost at the edge of the crop moves as the middle of the others."""

    def refer_to(self, reference: Grey, landmarks: NDArray[np.float32]) -> None:
        """See ``LandmarkFlow``."""
        details, self._contrast = _details(reference)
        self._reference = _picture(details)
        self._places = np.ascontiguousarray(landmarks[:, None, :2], np.float32)

    def __call__(self, grey: Grey) -> NDArray[np.float32]:
        """See ``LandmarkFlow``."""
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
        if lost.any():  # wherever its search ended
            moved[lost] = 0.0 if lost.all() else np.median(moved[~lost], axis=0)
        return moved


def _details(grey: Grey) -> tuple[NDArray[np.float32], float]:
    """The picture less its local mean, and the standard deviation of that."""
    details = cv2.subtract(grey, cv2.blur(grey, (_LOCAL_PX, _LOCAL_PX)), dtype=cv2.CV_32F)
    return details, float(cv2.meanStdDev(details)[1][0, 0])


def _picture(details: NDArray[np.float32], contrast: float = 1.0) -> Grey:
    """Details around a middle grey."""
    return cv2.convertScaleAbs(details, alpha=contrast, beta=_MIDDLE)
