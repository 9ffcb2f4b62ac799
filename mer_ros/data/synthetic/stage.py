"""The photograph deformed into one subject at rest: texture, landmarks and depth in the frame."""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.heads import deformation
from mer_ros.data.synthetic.photograph import Photograph
from mer_ros.data.synthetic.subject import Subject
from mer_ros.face import canonical_mesh
from mer_ros.face.geometry import LEFT_EYE_OUTER, RIGHT_EYE_OUTER
from mer_ros.face.interpolation import dense_weights, pixel_grid

FINER = 3
"""Resolution of the texture relative to the frame, so that bilinear sampling neither blurs nor flickers."""

FACE_CENTRE = (0.5, 0.42)
"""Position of the face in the frame, as shares of width and height."""


class RestingHead(Protocol):
    """A face at rest in the frame; see ``Stage``."""

    size_wh: tuple[int, int]
    landmarks: NDArray[np.float64]
    depth_px: NDArray[np.float64]
    px: float

    def depth_on(self, grid: NDArray[np.float64], behind_px: float) -> NDArray[np.float64]:
        """(P,) depth from a plane that lies so far behind the eyes, at (P, 2) points; 0 far from the face."""
        ...


class Stage:
    """A subject at rest in a W x H frame.

    texture: (H*FINER, W*FINER, 3) uint8 BGR. landmarks: (468, 2) float64, frame pixels. depth_px: (468,)
    float64, frame pixels from the eyes' plane, away from the camera. px: frame pixels per interocular
    distance.
    """

    def __init__(
        self,
        subject: Subject,
        size_wh: tuple[int, int],
        face_width_px: float,
        photograph: Photograph,
        tone: float = 0.0,
    ) -> None:
        width, height = size_wh
        low, high = photograph.landmarks[:, :2].min(0), photograph.landmarks[:, :2].max(0)
        self._scale = face_width_px / (high[0] - low[0])  # frame pixels per photograph pixel
        self._photograph = photograph
        centre = np.array(size_wh) * FACE_CENTRE
        self._shift = centre - (low + high) / 2 * self._scale
        photo_landmarks = photograph.landmarks[:, :2] * self._scale + self._shift
        moved = (
            photograph.displaced(deformation(canonical_mesh.load().canonical, subject.shape)) * self._scale
        )
        self.px = photograph.scale_px * self._scale
        self.landmarks = photo_landmarks + moved
        eyes = photograph.landmarks[[RIGHT_EYE_OUTER, LEFT_EYE_OUTER], 2].mean()
        self.depth_px = (photograph.landmarks[:, 2] - eyes) * self._scale
        self.size_wh = size_wh
        grid = pixel_grid(width, height)
        inverse = self._inverse(photo_landmarks, moved, grid).reshape(height, width, 2)
        self.texture = retoned(self._render_texture(inverse), subject, tone)

    def canonical_to_frame(self, displacement: NDArray[np.float64]) -> NDArray[np.float64]:
        """(..., 3) canonical displacements -> (..., 2) frame pixels."""
        return self._photograph.displaced(displacement) * self._scale

    def depth_on(self, grid: NDArray[np.float64], behind_px: float) -> NDArray[np.float64]:
        """See ``RestingHead``."""
        return np.asarray(dense_weights(self.landmarks, grid, ring=2.0) @ (self.depth_px - behind_px))

    def _inverse(
        self, landmarks: NDArray[np.float64], moved: NDArray[np.float64], grid: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        """(P, 2) position of each grid point in the undeformed photograph: p with p + moved(p) = grid."""
        width, height = self.size_wh
        dense = dense_weights(landmarks, grid, ring=1.6) @ moved
        field = dense.astype(np.float32).reshape(height, width, 2)
        field = cv2.GaussianBlur(field, (0, 0), 0.06 * self.px)
        target = grid.astype(np.float32).reshape(height, width, 2)
        position = target.copy()
        for _ in range(8):  # converges: the gradient of the field is well below 1
            position = target - cv2.remap(field, position, None, cv2.INTER_LINEAR)
        return np.asarray(position, np.float32)

    def _render_texture(self, inverse: NDArray[np.float32]) -> NDArray[np.uint8]:
        width, height = self.size_wh
        fine_wh = (width * FINER, height * FINER)
        offset = inverse - pixel_grid(width, height).astype(np.float32).reshape(height, width, 2)
        fine = pixel_grid(*fine_wh, 1 / FINER).astype(np.float32).reshape(fine_wh[1], fine_wh[0], 2)
        fine += cv2.resize(offset, fine_wh, interpolation=cv2.INTER_CUBIC)
        photo_xy = (fine - self._shift.astype(np.float32)) / np.float32(self._scale)
        low, high = photo_xy.min(axis=(0, 1)), photo_xy.max(axis=(0, 1))
        image, left, top = self._photograph.covering(low, high)
        if left or top:
            photo_xy += np.array([left, top], np.float32)
        return np.asarray(
            cv2.remap(image, photo_xy, None, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT_101)
        )


def retoned(picture: NDArray[np.uint8], subject: Subject, tone: float) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 BGR picture with the subject's luminance; tone: strength of the effect, 0..1."""
    if tone == 0:
        return picture
    level = np.arange(256) / 255
    curve = (level ** (subject.gamma**tone) - 0.5) * subject.contrast**tone + 0.5
    warmth = subject.warmth ** (tone * np.array([-0.5, 0.0, 0.5]))  # blue, green, red
    table = np.clip(np.rint(255 * np.clip(curve, 0, 1)[:, None] * warmth), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(picture, table[None]))
