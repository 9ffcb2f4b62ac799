"""Dense flow between two aligned crops, and the head's own movement taken out of it.

A micro-expression moves a face by a pixel; a head that sways or turns moves it by more. Flow is sampled at
the FaceMesh landmarks and a rigid head is fitted robustly on the points that muscles move least. For small
turns, a weak-perspective camera moves point (x, y) at depth z by

    dx = a x - b y + tx + p z
    dy = b x + a y + ty + q z

(similarity plus the parallax of yaw and pitch), which is linear in its six unknowns. What remains is the
face's own movement. Aligning every frame by its own landmarks instead would leave 0.3 px of false motion on
a face 145 px wide.

Flow: Kroeger et al., "Fast Optical Flow using Dense Inverse Search", arXiv:1603.03590 (OpenCV's DIS).
The six-parameter fit is our own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg.lapack import dposv

from mer_ros.face.regions import RIGID

Flow = NDArray[np.float32]

_HUBER_PX = 0.15
_ITERATIONS = 4
_RIDGE = 1e-6 * np.eye(6)  # bears a face without depth, whose turns nothing can tell


class DenseFlow:
    """DIS flow between (S, S) uint8 grey pictures; keeps OpenCV's buffers between calls, so one per thread.

    Always down to full resolution: at half resolution a lip corner that rises by 1.2 px reads 0.5. ``refine``
    adds the variational step: half the noise for twice the time, worth it once an event but not every frame.
    """

    def __init__(self, refine: bool = False) -> None:
        self._dis = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._dis.setFinestScale(0)
        self._dis.setVariationalRefinementIterations(5 if refine else 0)

    def __call__(self, before: NDArray[np.uint8], after: NDArray[np.uint8]) -> Flow:
        """(S, S, 2) float32: where each pixel of ``before`` went, as (dx, dy) in pixels."""
        return self._dis.calc(before, after, None)


class RigidHead:
    """The movement that a rigid head would show at one face's landmarks.

    landmarks: (N, 3) float32, crop pixels of the frame that the flow starts from; all 468, unless ``rigid``
    says which of them the head is fitted on. basis: (N, 2, 6) what each of the six unknowns does to each.
    """

    def __init__(self, landmarks: NDArray[np.float32], rigid: ArrayLike = RIGID) -> None:
        self._centre = landmarks.mean(axis=0)
        self.basis = _design(landmarks - self._centre)  # (N, 2, 6)
        self._rigid = np.asarray(rigid)
        # of the R rigid landmarks, x and y in turns, in memory as they are multiplied
        self._rows = np.ascontiguousarray(self.basis[self._rigid].reshape(-1, 6))

    def fit(self, motion: NDArray[np.float32]) -> NDArray[np.float64]:
        """(6,) a, b, tx, ty, p, q from (N, 2) motion in pixels: Huber weights, iterated least squares."""
        target = motion[self._rigid].astype(np.float64).ravel()
        rows, weighted = self._rows, self._rows.T
        for _ in range(_ITERATIONS):
            _, solution, _ = dposv(weighted @ rows + _RIDGE, weighted @ target)
            squared = np.square(target - rows @ solution)
            size = np.sqrt(squared[0::2] + squared[1::2])
            weighted = rows.T * np.repeat(_HUBER_PX / np.maximum(size, _HUBER_PX), 2)
        return np.asarray(solution)

    def motion(self, solution: NDArray[np.float64]) -> NDArray[np.float32]:
        """(N, 2) motion in pixels of the landmarks under a fitted head."""
        return (self.basis @ solution).astype(np.float32)

    def similarity(self, solution: NDArray[np.float64]) -> NDArray[np.float32]:
        """(2, 3) affine of the fit without its parallax: crop pixels before to crop pixels after."""
        a, b, tx, ty = solution[:4]
        linear = np.array([[1 + a, -b], [b, 1 + a]])
        centre = self._centre[:2]
        shift = centre + (tx, ty) - linear @ centre
        return np.hstack([linear, shift[:, None]]).astype(np.float32)

    def dense(self, solution: NDArray[np.float64], depth: NDArray[np.float32]) -> Flow:
        """(S, S, 2) motion in pixels of a whole crop whose depth map is (S, S) float32, crop pixels."""
        return (self.dense_basis(depth) @ solution).astype(np.float32)

    def dense_basis(self, depth: NDArray[np.float32]) -> NDArray[np.float64]:
        """(S, S, 2, 6): times a solution it is that motion; for whoever has several solutions on one crop."""
        size = depth.shape[0]
        x, y = np.meshgrid(np.arange(size, dtype=np.float64), np.arange(size, dtype=np.float64))
        grid = np.stack([x - self._centre[0], y - self._centre[1], depth - self._centre[2]], axis=-1)
        return _design(grid.reshape(-1, 3)).reshape(size, size, 2, 6)


def sample(flow: Flow, landmarks: NDArray[np.float32]) -> NDArray[np.float32]:
    """(468, 2) flow at (468, >=2) landmarks: bilinear, of the flow averaged over 5 by 5 pixels."""
    smooth = cv2.blur(flow, (5, 5))
    x, y = landmarks[:, 0].astype(np.float32)[None], landmarks[:, 1].astype(np.float32)[None]
    return cv2.remap(smooth, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[0]


def residual_flow(
    onset_face: NDArray[np.uint8], apex_face: NDArray[np.uint8], landmarks: NDArray[np.float32]
) -> Flow:
    """The face's own movement from onset to apex.

    onset_face, apex_face: (S, S, 3) uint8 BGR aligned crops. landmarks: (468, 3) float32, crop pixels.
    Returns (S, S, 2) float32, (dx, dy) in crop pixels, the head's rigid movement removed.
    """
    return next(residual_flows(onset_face, [apex_face], landmarks))


def residual_flows(
    onset_face: NDArray[np.uint8], faces: Sequence[NDArray[np.uint8]], landmarks: NDArray[np.float32]
) -> Iterator[Flow]:
    """The same from the onset to each of several faces, which share the head's points and its depth."""
    before = cv2.cvtColor(onset_face, cv2.COLOR_BGR2GRAY)
    dense, head = DenseFlow(refine=True), RigidHead(landmarks)
    basis = head.dense_basis(depth_map(landmarks, before.shape[0]))
    for face in faces:
        flow = dense(before, cv2.cvtColor(face, cv2.COLOR_BGR2GRAY))
        yield flow - (basis @ head.fit(sample(flow, landmarks))).astype(np.float32)


def depth_map(landmarks: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """(size, size) float32 depth in crop pixels: each pixel's nearest landmarks, Gaussian-weighted.

    Computed on a quarter of the resolution, since depth is smooth; beyond the face it keeps its edge value.
    """
    step = 4
    ticks = np.arange(step / 2 - 0.5, size, step, dtype=np.float32)
    x, y = np.meshgrid(ticks, ticks)
    squared = (x.reshape(-1, 1) - landmarks[:, 0]) ** 2 + (y.reshape(-1, 1) - landmarks[:, 1]) ** 2
    squared -= squared.min(
        axis=1, keepdims=True
    )  # keeps the nearest point's weight at 1 far outside the face
    weight = np.exp(-squared / (2 * (0.02 * size) ** 2))
    coarse = (weight @ landmarks[:, 2] / weight.sum(axis=1)).reshape(x.shape).astype(np.float32)
    return cv2.resize(coarse, (size, size), interpolation=cv2.INTER_LINEAR)


def _design(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """(N, 2, 6) rows of the linear model for (N, 3) centred points."""
    x, y, z = points.astype(np.float64).T
    one, zero = np.ones_like(x), np.zeros_like(x)
    return np.stack(
        [np.stack([x, -y, one, zero, z, zero], axis=-1), np.stack([y, x, zero, one, zero, z], axis=-1)],
        axis=1,
    )
