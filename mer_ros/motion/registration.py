"""The head's rigid movement between two aligned crops, and the face's own movement without it.

A micro-expression moves a face by a pixel; a head that sways or turns moves it by more. Flow is sampled at
the FaceMesh landmarks and a rigid head is fitted robustly on the points that muscles move least. For small
turns, a weak-perspective camera moves point (x, y) at depth z by

    dx = a x - b y + tx + p z
    dy = b x + a y + ty + q z

(similarity plus the parallax of yaw and pitch), which is linear in its six unknowns. What remains is the
face's own movement. Aligning every frame by its own landmarks instead would leave 0.3 px of false motion on
a face 145 px wide. The six-parameter fit is our own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg.lapack import dposv

from mer_ros.face.regions import RIGID
from mer_ros.motion.optical_flow import DenseFlow, Flow, flow_at_landmarks

_HUBER_PX = 0.15  # residual above which a landmark gets less weight
_ITERATIONS = 4  # of the reweighted least squares
_RIDGE = 1e-6 * np.eye(6)  # keeps the fit solvable for a face without depth, whose turns are not observable

_DEPTH_STEP_PX = 4  # the depth map is computed on a grid this coarse, since depth is smooth
_DEPTH_SIGMA = 0.02  # of the crop's width: standard deviation of the landmarks' weights


class RigidHead:
    """The movement that a rigid head would show at one face's landmarks.

    landmarks: (N, 3) float32, crop pixels of the frame that the flow starts from; all 468, unless ``rigid``
    says which of them the head is fitted on. basis: (N, 2, 6), movement of each landmark per unit of each
    unknown.
    """

    def __init__(self, landmarks: NDArray[np.float32], rigid: ArrayLike = RIGID) -> None:
        self._centre = landmarks.mean(axis=0)
        self.basis = _design(landmarks - self._centre)  # (N, 2, 6)
        self._rigid = np.asarray(rigid)
        # (2 R, 6) of the R rigid landmarks, x and y alternating, contiguous for the products of ``fit``
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
        """(S, S, 2, 6): times a solution it gives ``dense``; computed once for several solutions."""
        size = depth.shape[0]
        x, y = np.meshgrid(np.arange(size, dtype=np.float64), np.arange(size, dtype=np.float64))
        grid = np.stack([x - self._centre[0], y - self._centre[1], depth - self._centre[2]], axis=-1)
        return _design(grid.reshape(-1, 3)).reshape(size, size, 2, 6)


class ReferenceCorrelation:
    """Similarity of crops to one reference, an (S, S) uint8 grey crop: whether registration still holds."""

    def __init__(self, reference: NDArray[np.uint8]) -> None:
        pixels = reference.reshape(-1).astype(np.float32)
        self._level = pixels - pixels.mean()  # without its mean, so that the mean of a crop adds nothing
        self._size = float(cv2.meanStdDev(reference)[1][0, 0]) * pixels.size

    def __call__(self, grey: NDArray[np.uint8]) -> float:
        """Normalised correlation of a whole crop with the reference, -1..1; NaN where either has one grey."""
        sizes = float(cv2.meanStdDev(grey)[1][0, 0]) * self._size
        return float(grey.reshape(-1).astype(np.float32) @ self._level) / sizes if sizes else float("nan")


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
        yield flow - (basis @ head.fit(flow_at_landmarks(flow, landmarks))).astype(np.float32)


def depth_map(landmarks: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """(size, size) float32 depth in crop pixels: Gaussian-weighted mean of the landmarks around each pixel.

    Computed on a quarter of the resolution; beyond the face it keeps its edge value.
    """
    ticks = np.arange(_DEPTH_STEP_PX / 2 - 0.5, size, _DEPTH_STEP_PX, dtype=np.float32)
    x, y = np.meshgrid(ticks, ticks)
    squared = (x.reshape(-1, 1) - landmarks[:, 0]) ** 2 + (y.reshape(-1, 1) - landmarks[:, 1]) ** 2
    squared -= squared.min(axis=1, keepdims=True)  # the nearest landmark weighs 1, also far outside the face
    weight = np.exp(-squared / (2 * (_DEPTH_SIGMA * size) ** 2))
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
