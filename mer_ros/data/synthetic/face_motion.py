"""Movements of a face at rest in the frame: units and eyeballs, as dense fields of one subject."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.lid_margins import LOWER, UPPER
from mer_ros.data.synthetic.stage import FINER, Stage
from mer_ros.data.synthetic.subject import Subject
from mer_ros.face.interpolation import dense_weights, pixel_grid

REACH = 0.25
"""Margin of the moving region around the landmarks, as a share of the size of the face."""

Strengths = dict[str, float]


class FaceMotion:
    """Displacements of one resting face, frame pixels, in the region ``box_xyxy`` of the frame."""

    def __init__(self, stage: Stage, subject: Subject) -> None:
        self._stage, self._subject = stage, subject
        low, high = stage.landmarks.min(0), stage.landmarks.max(0)
        margin = REACH * (high - low)
        x0, y0 = np.maximum(low - margin, 0).astype(int)
        x1, y1 = np.minimum(high + margin + 1, stage.size_wh).astype(int)
        self.box_xyxy = (int(x0), int(y0), int(x1), int(y1))
        self._shape = (int(y1 - y0), int(x1 - x0))
        self._grid = pixel_grid(self._shape[1], self._shape[0]) + (x0, y0)
        self._weights = dense_weights(stage.landmarks, self._grid)

    def landmarks(self, strengths: Strengths) -> NDArray[np.float64]:
        """(468, 2) displacement in frame pixels by units at these intensities, {"AU12R": 0.1}."""
        units = {name[:-1] for name in strengths}
        fields = {unit + side: f for unit in units for side, f in self._subject.displacement(unit).items()}
        moved = sum((s * fields[name] for name, s in strengths.items()), np.zeros((468, 3)))
        return self._stage.canonical_to_frame(moved)

    def dense(self, landmarks: NDArray[np.float64]) -> NDArray[np.float32]:
        """(h, w, 2) smooth displacement of the region from (468, 2) displacements of the landmarks."""
        field = (self._weights @ landmarks).reshape(*self._shape, 2).astype(np.float32)
        return np.asarray(cv2.GaussianBlur(field, (0, 0), 0.012 * self._stage.px))

    def eyeballs(self) -> NDArray[np.float32]:
        """(h, w, 1) share, 0..1, by which each pixel between the lids moves with the eyeballs.

        It is 1 in the middle and 0 at the lids and in the corners, where the white of the eye is stretched.
        """
        share = np.zeros(self._shape, np.float32)
        x, y = self._grid[:, 0].reshape(self._shape), self._grid[:, 1].reshape(self._shape)
        for side in "RL":
            upper, lower = self._stage.landmarks[list(UPPER[side])], self._stage.landmarks[list(LOWER[side])]
            left, right = upper[0, 0], upper[-1, 0]
            top = np.interp(x, upper[:, 0], upper[:, 1])
            gap = np.maximum(np.interp(x, lower[:, 0], lower[:, 1]) - top, 1e-3)
            across, down = 2 * (x - left) / (right - left) - 1, 2 * (y - top) / gap - 1
            share += (np.clip(1 - across**4, 0, 1) * np.clip(1 - down**4, 0, 1)).astype(np.float32)
        return share[..., None]


def add_motion(
    source: NDArray[np.float32], field: NDArray[np.float32], box_xyxy: tuple[int, int, int, int]
) -> None:
    """Displace the face in (H, W, 2) texture positions by the (h, w, 2) field of a region, in place.

    A point at p moves to p + e(p). The pixel q shows the point p with p + e(p) = q, found by two steps of
    p <- q - e(p). The field is defined on the face at rest, so it is read at the rest position of q.
    """
    x0, y0, x1, y1 = box_xyxy
    view = source[y0:y1, x0:x1]
    offset = np.array([0.5 / FINER - 0.5 - x0, 0.5 / FINER - 0.5 - y0], np.float32)
    rest = view * np.float32(1 / FINER) + offset
    moved = cv2.remap(field, rest, None, cv2.INTER_LINEAR)
    for _ in range(2):
        moved = cv2.remap(field, rest - moved, None, cv2.INTER_LINEAR)
    view -= moved * np.float32(FINER)
