"""Slow motion of the whole head in the frame, as a backward map on a coarse grid."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.base_mesh import FACE_OVAL
from mer_ros.data.synthetic.dense import dense_weights, pixel_grid
from mer_ros.data.synthetic.stage import FINER, Stage

CELL = 4
"""Pixels between points of the coarse grid."""

PIVOT_DEPTH = 0.3
"""Depth of the axis that the head turns about, interocular distances behind the eyes."""


@dataclass(frozen=True)
class HeadPose:
    """Shift in frame pixels, turns in rad (signs as in ``subject.rotation``)."""

    right_px: float = 0.0
    down_px: float = 0.0
    roll_rad: float = 0.0
    yaw_rad: float = 0.0
    pitch_rad: float = 0.0


class HeadMotion:
    """Moves the head and, less and less towards the frame's border, what is round it."""

    def __init__(self, stage: Stage) -> None:
        width, height = stage.size_wh
        # a cell more on each side, cut off after scaling, where resizing cannot interpolate
        self._size_wh = (width // CELL + 2, height // CELL + 2)
        self._full_wh = (self._size_wh[0] * CELL, self._size_wh[1] * CELL)
        self._frame_wh = stage.size_wh
        grid = pixel_grid(*self._size_wh, CELL) - CELL
        self._grid = grid.reshape(self._size_wh[1], self._size_wh[0], 2)
        oval = stage.landmarks[list(FACE_OVAL)]
        self.centre = oval.mean(0)
        reach = (oval.max(0) - oval.min(0)) / 2
        self._share = self._falloff(reach)[..., None]
        depth = stage.depth_px - PIVOT_DEPTH * stage.px
        weights = dense_weights(stage.landmarks, grid, ring=2.0)
        dense = (weights @ depth).reshape(self._share.shape[:2])
        self._depth = cv2.GaussianBlur(dense, (0, 0), max(0.08 * stage.px / CELL, 0.5))
        self._landmarks, self._landmark_depth = stage.landmarks, depth

    def source_map(self, pose: HeadPose) -> NDArray[np.float32]:
        """(H, W, 2) float32: for each frame pixel its texture position, in texture pixels."""
        cos, sin = np.cos(pose.roll_rad), np.sin(pose.roll_rad)
        x = self._grid[..., 0] - self.centre[0] - pose.right_px
        y = self._grid[..., 1] - self.centre[1] - pose.down_px
        back = np.stack([cos * x + sin * y, -sin * x + cos * y], axis=-1) + self.centre - self._grid
        back *= self._share
        back[..., 0] += np.sin(pose.yaw_rad) * self._depth
        back[..., 1] += np.sin(pose.pitch_rad) * self._depth
        coarse = ((self._grid + back + 0.5) * FINER - 0.5).astype(np.float32)
        full = cv2.resize(coarse, self._full_wh, interpolation=cv2.INTER_LINEAR)
        return np.asarray(full[CELL : CELL + self._frame_wh[1], CELL : CELL + self._frame_wh[0]])

    def move(self, points: NDArray[np.float64], pose: HeadPose) -> NDArray[np.float64]:
        """(468, 2) frame pixels of the landmarks at (468, 2) rest positions."""
        turn = np.sin([pose.yaw_rad, pose.pitch_rad])
        turned = points - turn * self._landmark_depth[:, None] - self.centre
        cos, sin = np.cos(pose.roll_rad), np.sin(pose.roll_rad)
        rolled = turned @ np.array([[cos, sin], [-sin, cos]])
        return np.asarray(rolled + self.centre + (pose.right_px, pose.down_px))

    def _falloff(self, reach: NDArray[np.float64]) -> NDArray[np.float64]:
        """1 on the head, smoothly 0 at the frame's border."""
        offset = np.abs(self._grid - self.centre) / reach
        near = _fade((np.linalg.norm(offset, axis=-1) - 1.5) / 2.5)
        border = np.minimum(self._grid, np.array(self._frame_wh) - 1 - self._grid).min(-1)
        return np.asarray(near * (1 - _fade(border / (0.5 * reach[1]))))


def _fade(t: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 below 0, 0 above 1, smooth between."""
    s = np.clip(t, 0, 1)
    return np.asarray(1 - s * s * (3 - 2 * s))
