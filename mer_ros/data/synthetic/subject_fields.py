"""The fields of one subject on the aligned crop: what each unit, the eyes, the mouth and the head can do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic import action_units
from mer_ros.data.synthetic.dense import dense_weights, pixel_grid
from mer_ros.data.synthetic.subject import Subject, rotation
from mer_ros.face import geometry

EYE_LIDS = {"R": (33, 133, 159, 145), "L": (263, 362, 386, 374)}
"""Outer corner, inner corner, middle of the upper and of the lower lid."""


class SubjectFields:
    """One subject, seen in the habitual pose, on an S x S grid over the aligned crop.

    landmarks: (468, 2) float64, crop pixels (of the 128 px crop). units: (2U, S, S, 2) float32, crop pixels
    at intensity 1 (peak = one interocular distance). motion: (6, S, S, 2) float32, crop pixels for a unit of
    right, down, roll (rad), growth (share), yaw (rad), pitch (rad). gaze: (2, S, S, 1) float32, 0..1, where
    the right and left eyeball show. cover: (S, S, 1) float32, 1 on the face, 0 beyond the ring round it.
    """

    def __init__(self, subject: Subject, size: int) -> None:
        self.size = size
        turn = rotation(subject.yaw_rad, subject.pitch_rad)
        posed = subject.mesh() @ turn.T
        crop = geometry.crop_from_image(posed.astype(np.float32)).astype(np.float64)
        px = float(np.hypot(crop[0, 0], crop[1, 0]))  # crop pixels per interocular distance
        self.landmarks = posed[:, :2] @ crop[:, :2].T + crop[:, 2]
        grid = pixel_grid(size, size, geometry.CROP_SIZE / size)
        weights = dense_weights(self.landmarks, grid)
        self.names = tuple(unit + side for unit in action_units.UNITS for side in action_units.SIDES)
        self.index = {name: k for k, name in enumerate(self.names)}
        moved = np.stack([subject.displacement(name[:-1], name[-1]) for name in self.names])
        self.moved_px = (moved @ turn.T)[..., :2] @ crop[:, :2].T
        self.units = self._dense(weights, self.moved_px)
        self.cover = np.asarray(weights.sum(1), np.float32).reshape(size, size, 1)
        depth = weights @ posed[:, 2] * px
        self.motion = self._motion(grid, depth)
        self.gaze = np.stack([self._eyeball(grid, side) for side in action_units.SIDES])

    def expression(self, strengths: dict[str, float], amplitude_px: float) -> NDArray[np.float32]:
        """(S, S, 2) field of units at these relative strengths, with this largest landmark displacement."""
        at = [self.index[name] for name in strengths]
        share = np.array(list(strengths.values()))
        peak = np.linalg.norm(np.tensordot(share, self.moved_px[at], 1), axis=1).max()
        return self.combine(self.units[at], share * (amplitude_px / max(peak, 1e-9)))

    @staticmethod
    def combine(fields: NDArray[np.float32], amounts: NDArray[np.float64]) -> NDArray[np.float32]:
        """(S, S, 2) sum of (K, S, S, 2) fields, each times its amount."""
        return np.asarray(np.tensordot(amounts.astype(np.float32), fields, 1))

    def _dense(self, weights: object, moved_px: NDArray[np.float64]) -> NDArray[np.float32]:
        columns = moved_px.transpose(1, 0, 2).reshape(moved_px.shape[1], -1)
        dense = (weights @ columns).reshape(self.size, self.size, len(moved_px), 2)  # type: ignore[operator]
        return np.ascontiguousarray(dense.transpose(2, 0, 1, 3), np.float32)

    def _motion(self, grid: NDArray[np.float64], depth: NDArray[np.float64]) -> NDArray[np.float32]:
        x, y = (grid - (geometry.CROP_SIZE - 1) / 2).T
        zero, one = np.zeros_like(x), np.ones_like(x)
        fields = [(one, zero), (zero, one), (-y, x), (x, y), (-depth, zero), (zero, -depth)]
        stacked = np.stack([np.stack(field, axis=-1) for field in fields])
        return stacked.reshape(len(fields), self.size, self.size, 2).astype(np.float32)

    def _eyeball(self, grid: NDArray[np.float64], side: str) -> NDArray[np.float32]:
        corners_lids = self.landmarks[list(EYE_LIDS[side])]
        width = np.linalg.norm(corners_lids[0] - corners_lids[1])
        offset = (grid - corners_lids.mean(0)) / (0.30 * width, 0.14 * width)
        return np.exp(-0.5 * (offset**2).sum(1)).reshape(self.size, self.size, 1).astype(np.float32)
