"""Optical flow between two aligned crops of one face, at all pixels or only at the landmarks.

Dense flow is dense inverse search (Kroeger et al., "Fast Optical Flow using Dense Inverse Search",
arXiv:1603.03590; OpenCV's DIS). The flow at the landmarks, needed in every frame, has two implementations.
``DenseFlowAtLandmarks`` runs DIS on the part of the crop that contains the landmarks, without hair and
background. ``SparseFlow`` runs pyramidal Lucas-Kanade (Lucas and Kanade 1981; Bouguet 2000, as in OpenCV) at
the landmarks: it takes a fifth of the time and has a quarter more noise, which the many frames of a fast
camera average out. Its windows are small, since larger ones mix the movement of a lip corner with that of the
cheek. Unlike DIS, Lucas-Kanade confuses flickering light with movement, so each picture is reduced to its
difference from the local mean, at the contrast of the reference. Measurements: ``docs/realtime.md``.
"""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Flow = NDArray[np.float32]

_REFINEMENTS = 5  # variational iterations of refined flow
_AVERAGED_PX = 5  # flow at a landmark is the mean over a square of this side

_MARGIN_PX = 8  # around the landmarks: the size of a DIS patch
_DIS_DESCENTS = 12  # gradient descent steps; fewer steps or a coarser grid of patches add noise

_LK_WINDOW_PX = 9
_LK_PYRAMID_LEVELS = 2
_LK_STOP = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 10, 0.02)  # 10 iterations or 0.02 px
_LOCAL_MEAN_PX = 15
_MIDDLE_GREY = 128.0


class DenseFlow:
    """DIS flow between (S, S) uint8 grey pictures.

    Use one instance per thread, since it keeps OpenCV's buffers between calls. The flow is always computed at
    full resolution: at half resolution, a lip corner that rises by 1.2 px is measured as 0.5 px. refine: add
    the variational step, which halves the noise and doubles the time; for events, not for every frame.
    """

    def __init__(self, refine: bool = False) -> None:
        self._dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._dis.setFinestScale(0)
        self._dis.setVariationalRefinementIterations(_REFINEMENTS if refine else 0)

    def __call__(self, before: Grey, after: Grey) -> Flow:
        """(S, S, 2) float32: displacement (dx, dy) of each pixel of ``before``, in pixels."""
        return self._dis.calc(before, after, None)


def flow_at_landmarks(flow: Flow, landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 2) flow at (N, >=2) landmarks in pixels: averaged over 5 x 5 pixels, interpolated bilinearly."""
    return _averaged_at(
        flow, landmarks[:, 0].astype(np.float32)[None], landmarks[:, 1].astype(np.float32)[None]
    )


class LandmarkFlow(Protocol):
    """Displacement of the landmarks from a reference crop to later crops."""

    def set_reference(self, reference: Grey, landmarks: NDArray[np.float32]) -> None:
        """Set the reference, an (S, S) uint8 grey crop; landmarks: (N, >=2) float32, crop pixels."""

    def __call__(self, grey: Grey) -> NDArray[np.float32]:
        """(N, 2) float32 displacement of the landmarks to an (S, S) uint8 grey crop, pixels."""


class DenseFlowAtLandmarks:
    """The more accurate implementation: DIS, averaged over 5 x 5 pixels.

    Use one instance per thread, since it keeps OpenCV's buffers between calls.
    """

    def __init__(self) -> None:
        self._dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._dis.setFinestScale(0)
        self._dis.setGradientDescentIterations(_DIS_DESCENTS)
        self._dis.setVariationalRefinementIterations(0)

    def set_reference(self, reference: Grey, landmarks: NDArray[np.float32]) -> None:
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
        return _averaged_at(flow, self._x, self._y)


class SparseFlow:
    """The faster implementation: Lucas-Kanade.

    A landmark that is lost at the edge of the crop gets the median displacement of the others.
    """

    def set_reference(self, reference: Grey, landmarks: NDArray[np.float32]) -> None:
        """See ``LandmarkFlow``."""
        details, self._contrast = _local_details(reference)
        self._reference = _to_grey(details)
        self._positions = np.ascontiguousarray(landmarks[:, None, :2], np.float32)

    def __call__(self, grey: Grey) -> NDArray[np.float32]:
        """See ``LandmarkFlow``."""
        details, contrast = _local_details(grey)
        found, status, _ = cv2.calcOpticalFlowPyrLK(
            self._reference,
            _to_grey(details, self._contrast / contrast if contrast else 1.0),
            self._positions,
            None,
            winSize=(_LK_WINDOW_PX, _LK_WINDOW_PX),
            maxLevel=_LK_PYRAMID_LEVELS,
            criteria=_LK_STOP,
        )
        moved, lost = (found - self._positions)[:, 0], status[:, 0] == 0
        if lost.any():  # for these OpenCV returns the position at which the search ended
            moved[lost] = 0.0 if lost.all() else np.median(moved[~lost], axis=0)
        return moved


def _averaged_at(flow: Flow, x: NDArray[np.float32], y: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N, 2) averaged flow at (1, N) float32 pixel positions."""
    smooth = cv2.blur(flow, (_AVERAGED_PX, _AVERAGED_PX))
    return cv2.remap(smooth, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[0]


def _local_details(grey: Grey) -> tuple[NDArray[np.float32], float]:
    """The picture minus its local mean, (S, S) float32 grey levels, and the standard deviation of that."""
    details = cv2.subtract(grey, cv2.blur(grey, (_LOCAL_MEAN_PX, _LOCAL_MEAN_PX)), dtype=cv2.CV_32F)
    return details, float(cv2.meanStdDev(details)[1][0, 0])


def _to_grey(details: NDArray[np.float32], gain: float = 1.0) -> Grey:
    """(S, S) uint8: details times a gain, around middle grey."""
    return cv2.convertScaleAbs(details, alpha=gain, beta=_MIDDLE_GREY)
