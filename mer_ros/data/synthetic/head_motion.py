"""Slow motion of the head in the frame, as a backward map on a coarse grid."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.stage import FINER, RestingHead
from mer_ros.face.interpolation import pixel_grid
from mer_ros.face.regions import FACE_OVAL

CELL = 4
"""Spacing of the coarse grid, pixels."""

PIVOT_DEPTH = 0.3
"""Depth of the axis of head turns, interocular distances behind the eyes."""

_STEPS = 2


@dataclass(frozen=True)
class HeadPose:
    """Shift in frame pixels, turns in rad (signs as in ``subject.rotation``), relative growth."""

    right_px: float = 0.0
    down_px: float = 0.0
    roll_rad: float = 0.0
    yaw_rad: float = 0.0
    pitch_rad: float = 0.0
    growth: float = 0.0


class HeadMotion:
    """Moves the head and its surroundings; the movement decreases to 0 at the border of the frame."""

    def __init__(self, stage: RestingHead) -> None:
        width, height = stage.size_wh
        # one more cell on each side, where resizing cannot interpolate; it is cut off after scaling
        self._size_wh = (width // CELL + 2, height // CELL + 2)
        self._full_wh = (self._size_wh[0] * CELL, self._size_wh[1] * CELL)
        self._frame_wh = stage.size_wh
        grid = pixel_grid(*self._size_wh, CELL) - CELL
        self._grid = grid.reshape(self._size_wh[1], self._size_wh[0], 2)
        oval = stage.landmarks[list(FACE_OVAL)]
        self.centre = oval.mean(0)
        reach = (oval.max(0) - oval.min(0)) / 2
        self._share = self._falloff(reach)[..., None]
        self._rest = (self._grid - self.centre).astype(np.float32)
        depth = stage.depth_px - PIVOT_DEPTH * stage.px
        dense = stage.depth_on(grid, PIVOT_DEPTH * stage.px).reshape(self._share.shape[:2])
        self._depth = cv2.GaussianBlur(dense, (0, 0), max(0.08 * stage.px / CELL, 0.5)).astype(np.float32)
        self._landmark_depth = depth

    def source_map(self, pose: HeadPose) -> NDArray[np.float32]:
        """(H, W, 2) float32: texture position of each frame pixel, in texture pixels."""
        cos, sin = np.cos(pose.roll_rad), np.sin(pose.roll_rad)
        unroll = np.array([[cos, -sin], [sin, cos]]) / (1 + pose.growth)
        shifted = self._rest - np.array([pose.right_px, pose.down_px], np.float32)
        flat = (shifted @ unroll.astype(np.float32) - self._rest) * self._share + self._rest
        turn = np.array([pose.yaw_rad, pose.pitch_rad])
        narrow = 1 + (1 / np.cos(turn) - 1).astype(np.float32) * self._share
        aside = np.sin(turn).astype(np.float32)
        rest = flat
        for _ in range(_STEPS):  # the depth is that of the point that moved here
            rest = (flat + aside * self._depth_at(rest)[..., None]) * narrow
        coarse = (rest + (self.centre + 0.5).astype(np.float32)) * np.float32(FINER) - np.float32(0.5)
        full = cv2.resize(coarse, self._full_wh, interpolation=cv2.INTER_LINEAR)
        return np.asarray(full[CELL : CELL + self._frame_wh[1], CELL : CELL + self._frame_wh[0]])

    def move(self, points: NDArray[np.float64], pose: HeadPose) -> NDArray[np.float64]:
        """(468, 2) rest positions of the landmarks -> (468, 2) frame pixels in a pose."""
        return self._turned(points, self._landmark_depth, pose)

    def _turned(
        self, points: NDArray[np.float64], depth: NDArray[np.float64], pose: HeadPose
    ) -> NDArray[np.float64]:
        turn = np.array([pose.yaw_rad, pose.pitch_rad])
        turned = (points - self.centre) * np.cos(turn) - np.sin(turn) * depth[:, None]
        cos, sin = np.cos(pose.roll_rad), np.sin(pose.roll_rad)
        rolled = turned @ np.array([[cos, sin], [-sin, cos]]) * (1 + pose.growth)
        return np.asarray(rolled + self.centre + (pose.right_px, pose.down_px))

    def move_near(self, points: NDArray[np.float64], pose: HeadPose) -> NDArray[np.float64]:
        """(K, 2) positions of any points of the face at rest -> (K, 2) frame pixels in a pose."""
        relative = (points - self.centre).astype(np.float32)[None]
        return self._turned(points, self._depth_at(relative)[0].astype(np.float64), pose)

    def _depth_at(self, rest: NDArray[np.float32]) -> NDArray[np.float32]:
        """Depth at positions relative to the centre, on the coarse grid."""
        cell = (rest + (self.centre + CELL + 0.5).astype(np.float32)) / np.float32(CELL) - np.float32(0.5)
        return np.asarray(cv2.remap(self._depth, cell, None, cv2.INTER_LINEAR))

    def _falloff(self, reach: NDArray[np.float64]) -> NDArray[np.float64]:
        """1 on the head, decreasing smoothly to 0 at the border of the frame."""
        offset = np.abs(self._grid - self.centre) / reach
        near = _fade((np.linalg.norm(offset, axis=-1) - 1.5) / 2.5)
        border = np.minimum(self._grid, np.array(self._frame_wh) - 1 - self._grid).min(-1)
        return np.asarray(near * (1 - _fade(border / (0.5 * reach[1]))), np.float32)


def _fade(t: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 below 0, 0 above 1, smooth between."""
    s = np.clip(t, 0, 1)
    return np.asarray(1 - s * s * (3 - 2 * s))
