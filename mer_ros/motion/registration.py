"""Rigid movement of the head between two aligned crops, and the movement of the face without it.

A micro-expression moves a face by a pixel; a head that sways or turns moves it by more. The flow is sampled
at the FaceMesh landmarks, and a rigid head is fitted robustly to the points that muscles move least. For
small turns, a weak-perspective camera moves point (x, y) at depth z by

    dx = a x - b y + tx + p z
    dy = b x + a y + ty + q z

(similarity plus the parallax of yaw and pitch), which is linear in its six unknowns. The residual is the
movement of the face itself. Aligning every frame by its own landmarks instead would leave 0.3 px of false
motion on a face 145 px wide. The six-parameter fit is our own.

Example: a head that turns by 0.02 rad and shifts by 1 px while one of its 60 points moves on its own.

>>> landmarks = np.random.default_rng(0).uniform(-40, 40, (60, 3)).astype(np.float32)  # (N, 3) crop pixels
>>> head = RigidHead(landmarks, rigid=range(60))
>>> motion = head.motion(np.array([0, 0, 1.0, 0, 0.02, 0]))  # (N, 2) px for a, b, tx, ty, p, q
>>> motion[7, 1] -= 2.0  # an eyebrow rises by 2 px
>>> print(np.abs(head.fit(motion).round(2)))  # (6,)
[0.   0.   1.   0.   0.02 0.  ]
>>> residual = motion - head.motion(head.fit(motion))
>>> print(residual[7].round(1) + 0, np.abs(np.delete(residual, 7, axis=0)).max() < 0.05)
[ 0. -2.] True
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg.lapack import dposv

from mer_ros.face.regions import RIGID
from mer_ros.motion.optical_flow import DenseFlow, Flow, flow_at_landmarks

_HUBER_PX = 0.15  # residual above which a landmark gets less weight
_ITERATIONS = 4  # of the reweighted least squares
_RIDGE = 1e-6 * np.eye(6)  # keeps the fit solvable for landmarks without depth, whose turn is not observable

_DEPTH_STEP_PX = 4  # spacing of the grid on which the depth map is computed; depth is smooth
_DEPTH_SIGMA = 0.02  # of the crop's width: standard deviation of the landmarks' weights


class RigidHead:
    """Movement of the landmarks of one face under a rigid movement of the head.

    landmarks: (N, 3) float32, crop pixels of the frame from which the flow starts. rigid: indices of the
    landmarks to fit; the default requires all 468 landmarks. basis: (N, 2, 6) float64, movement of each
    landmark per unit of each unknown.
    """

    def __init__(self, landmarks: NDArray[np.float32], rigid: ArrayLike = RIGID) -> None:
        self._centre = landmarks.mean(axis=0)
        self.basis = _design(landmarks - self._centre)  # (N, 2, 6)
        self._rigid = np.asarray(rigid)
        # (2 R, 6) of the R rigid landmarks, x and y alternating, contiguous for the products of ``fit``
        self._rows = np.ascontiguousarray(self.basis[self._rigid].reshape(-1, 6))

    def fit(self, motion: NDArray[np.float32]) -> NDArray[np.float64]:
        """(6,) a, b, tx, ty, p, q from (N, 2) motion in pixels; iteratively reweighted, Huber weights."""
        target = motion[self._rigid].astype(np.float64).ravel()
        rows, weighted = self._rows, self._rows.T
        for _ in range(_ITERATIONS):
            _, solution, _ = dposv(weighted @ rows + _RIDGE, weighted @ target)
            squared = np.square(target - rows @ solution)
            size = np.sqrt(squared[0::2] + squared[1::2])
            weighted = rows.T * np.repeat(_HUBER_PX / np.maximum(size, _HUBER_PX), 2)
        return np.asarray(solution)

    def motion(self, solution: NDArray[np.float64]) -> NDArray[np.float32]:
        """(N, 2) motion of the landmarks in pixels for a (6,) solution."""
        return (self.basis @ solution).astype(np.float32)

    def similarity(self, solution: NDArray[np.float64]) -> NDArray[np.float32]:
        """(2, 3) affine of a solution without its parallax: crop pixels before -> crop pixels after."""
        a, b, tx, ty = solution[:4]
        linear = np.array([[1 + a, -b], [b, 1 + a]])
        centre = self._centre[:2]
        shift = centre + (tx, ty) - linear @ centre
        return np.hstack([linear, shift[:, None]]).astype(np.float32)

    def dense(self, solution: NDArray[np.float64], depth: NDArray[np.float32]) -> Flow:
        """(S, S, 2) motion of all pixels of a crop for a (6,) solution; depth: (S, S), crop pixels."""
        return (self.dense_basis(depth) @ solution).astype(np.float32)

    def dense_basis(self, depth: NDArray[np.float32]) -> NDArray[np.float64]:
        """(S, S, 2, 6); its product with a solution is ``dense``. Compute it once for several solutions."""
        size = depth.shape[0]
        x, y = np.meshgrid(np.arange(size, dtype=np.float64), np.arange(size, dtype=np.float64))
        grid = np.stack([x - self._centre[0], y - self._centre[1], depth - self._centre[2]], axis=-1)
        return _design(grid.reshape(-1, 3)).reshape(size, size, 2, 6)


class ReferenceCorrelation:
    """Correlation of crops with one reference, an (S, S) uint8 grey crop; low if registration fails."""

    def __init__(self, reference: NDArray[np.uint8]) -> None:
        pixels = reference.reshape(-1).astype(np.float32)
        self._level = pixels - pixels.mean()  # zero mean, so the mean of the other crop has no effect
        self._size = float(cv2.meanStdDev(reference)[1][0, 0]) * pixels.size

    def __call__(self, grey: NDArray[np.uint8]) -> float:
        """Normalised correlation of a crop with the reference, -1..1; NaN if either is of one grey level."""
        sizes = float(cv2.meanStdDev(grey)[1][0, 0]) * self._size
        return float(grey.reshape(-1).astype(np.float32) @ self._level) / sizes if sizes else float("nan")


def residual_flow(
    onset_face: NDArray[np.uint8], apex_face: NDArray[np.uint8], landmarks: NDArray[np.float32]
) -> Flow:
    """Movement of the face from onset to apex, without the rigid movement of the head.

    onset_face, apex_face: (S, S, 3) uint8 BGR aligned crops. landmarks: (468, 3) float32, crop pixels.
    Returns (S, S, 2) float32, (dx, dy) in crop pixels.
    """
    return next(residual_flows(onset_face, [apex_face], landmarks))


def residual_flows(
    onset_face: NDArray[np.uint8],
    faces: Sequence[NDArray[np.uint8]],
    landmarks: NDArray[np.float32],
    algorithm: Callable[[NDArray[np.uint8], NDArray[np.uint8]], Flow] | None = None,
    rigid: ArrayLike = RIGID,
) -> Iterator[Flow]:
    """``residual_flow`` from the onset to each of several faces; head model and depth map are shared.

    algorithm: dense flow between two grey crops (``flow_algorithms``), that of events if None.
    rigid: see ``RigidHead``.
    """
    before = cv2.cvtColor(onset_face, cv2.COLOR_BGR2GRAY)
    dense, head = algorithm or DenseFlow(refine=True), RigidHead(landmarks, rigid)
    basis = head.dense_basis(depth_map(landmarks, before.shape[0]))
    for face in faces:
        flow = dense(before, cv2.cvtColor(face, cv2.COLOR_BGR2GRAY))
        yield flow - (basis @ head.fit(flow_at_landmarks(flow, landmarks))).astype(np.float32)


def depth_map(landmarks: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """(size, size) float32 depth in crop pixels: Gaussian-weighted mean of the landmarks around each pixel.

    It is computed at a quarter of the resolution; pixels outside the face get the depth of its edge.
    """
    ticks = np.arange(_DEPTH_STEP_PX / 2 - 0.5, size, _DEPTH_STEP_PX, dtype=np.float32)
    x, y = np.meshgrid(ticks, ticks)
    squared = (x.reshape(-1, 1) - landmarks[:, 0]) ** 2 + (y.reshape(-1, 1) - landmarks[:, 1]) ** 2
    squared -= squared.min(axis=1, keepdims=True)  # the nearest landmark has weight 1 even far from the face
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
