"""Displacement fields of one subject on the aligned crop: of each unit, of the eyes and of the head."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.subject import Subject, rotation
from mer_ros.face import facs, geometry
from mer_ros.face.interpolation import dense_weights, pixel_grid
from mer_ros.motion.registration import RigidHead, depth_map

EYE_LIDS = {"R": (33, 133, 159, 145), "L": (263, 362, 386, 374)}
"""FaceMesh landmarks: outer corner, inner corner, middle of the upper lid, middle of the lower lid."""


class SubjectFields:
    """One subject in the habitual pose, on an S x S grid over the aligned crop.

    landmarks: (468, 3) float32, crop pixels (of the 128 px crop). names: "AU12R", "AU12L", ... moved_px:
    (2U, 468, 2) float64, displacement by each at intensity 1 (peak of one interocular distance), crop pixels.
    units: (2U, S, S, 2) float32, the same as dense fields. head: (6, S, S, 2) float32, displacement in crop
    pixels per unit of each number of ``registration.RigidHead``: growth, roll (rad), right, down, yaw (rad),
    pitch (rad). gaze: (S, S, 1) float32, 0..1, visibility of the eyeballs. cover: (S, S, 1) float32, 1 on the
    face, 0 outside the ring.
    """

    def __init__(self, subject: Subject, size: int) -> None:
        self.size = size
        turn = rotation(subject.yaw_rad, subject.pitch_rad)
        posed = (subject.mesh() @ turn.T).astype(np.float32)
        crop = geometry.crop_from_image(posed)
        self.landmarks = geometry.apply_with_depth(crop, posed)
        grid = pixel_grid(size, size, geometry.CROP_SIZE / size)
        weights = dense_weights(self.landmarks.astype(np.float64), grid)
        self.names = tuple(unit + side for unit in subject.units for side in facs.SIDES)
        self.index = {name: k for k, name in enumerate(self.names)}
        moved = np.stack([f for unit in subject.units for f in subject.displacement(unit).values()])
        self.moved_px = (moved @ turn.T)[..., :2] @ crop[:, :2].T.astype(np.float64)
        columns = self.moved_px.transpose(1, 0, 2).reshape(self.moved_px.shape[1], -1)
        dense = (weights @ columns).reshape(size, size, len(moved), 2)
        self.units = np.ascontiguousarray(dense.transpose(2, 0, 1, 3), np.float32)
        self.cover = np.asarray(weights.sum(1), np.float32).reshape(size, size, 1)
        self.gaze = sum(self._eyeball(grid, side) for side in facs.SIDES)
        self._rigid = RigidHead(self.landmarks)
        self.head = self._head(grid)

    def amounts(self, strengths: dict[str, float], amplitude_px: float) -> NDArray[np.float64]:
        """(2U,) intensities of units with these relative strengths and this largest landmark displacement."""
        amounts = np.zeros(len(self.names))
        amounts[[self.index[name] for name in strengths]] = list(strengths.values())
        peak = np.linalg.norm(self.at_landmarks(amounts), axis=1).max()
        return amounts * (amplitude_px / max(peak, 1e-9))

    def at_landmarks(self, amounts: NDArray[np.float64]) -> NDArray[np.float64]:
        """(2U,) intensities -> (468, 2) displacement of the landmarks, crop pixels."""
        used = np.flatnonzero(amounts)
        return np.asarray(np.tensordot(amounts[used], self.moved_px[used], 1))

    def dense(self, amounts: NDArray[np.float64]) -> NDArray[np.float32]:
        """(2U,) intensities -> (S, S, 2) displacement, crop pixels."""
        used = np.flatnonzero(amounts)
        return np.asarray(np.tensordot(amounts[used].astype(np.float32), self.units[used], 1))

    def taken_for_head(self, amounts: NDArray[np.float64]) -> NDArray[np.float64]:
        """(6,) head motion that registration would fit to a face moved by (2U,) intensities, and remove."""
        return self._rigid.fit(self.at_landmarks(amounts).astype(np.float32))

    def head_motion(self, solution: NDArray[np.float64]) -> NDArray[np.float32]:
        """(6,) numbers of a rigid head -> (S, S, 2) displacement, crop pixels."""
        return np.asarray(np.tensordot(solution.astype(np.float32), self.head, 1))

    def _head(self, grid: NDArray[np.float64]) -> NDArray[np.float32]:
        depth = depth_map(self.landmarks, geometry.CROP_SIZE)
        small = cv2.resize(depth, (self.size, self.size), interpolation=cv2.INTER_AREA)
        x, y, z = np.column_stack([grid, small.ravel()]).T - self.landmarks.mean(0)[:, None]
        zero, one = np.zeros_like(x), np.ones_like(x)
        fields = [(x, y), (-y, x), (one, zero), (zero, one), (z, zero), (zero, z)]
        stacked = np.stack([np.stack(field, axis=-1) for field in fields])
        return stacked.reshape(len(fields), self.size, self.size, 2).astype(np.float32)

    def _eyeball(self, grid: NDArray[np.float64], side: str) -> NDArray[np.float32]:
        corners_lids = self.landmarks[list(EYE_LIDS[side]), :2].astype(np.float64)
        width = np.linalg.norm(corners_lids[0] - corners_lids[1])
        offset = (grid - corners_lids.mean(0)) / (0.30 * width, 0.14 * width)
        return np.exp(-0.5 * (offset**2).sum(1)).reshape(self.size, self.size, 1).astype(np.float32)
