"""Movements of a sculpted face at rest in the frame, as dense fields from its own vertices."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt
from scipy.sparse import csr_matrix

from mer_ros.data.synthetic.face_motion import REACH, Strengths
from mer_ros.data.synthetic.heads import SculptedHead
from mer_ros.data.synthetic.scenes.lips import LipLine
from mer_ros.data.synthetic.scenes.relief import Relief, part_vertices, vertex_normals
from mer_ros.data.synthetic.scenes.scene import N_LANDMARKS
from mer_ros.data.synthetic.stage import FINER
from mer_ros.data.synthetic.subject import Subject

SHADE_STEP = 2
"""Spacing of the pixels at which normals are stored."""

_FADE = 0.15
"""Distance from the outline of the head at which its movement has faded, interocular distances."""

_BLUR = 0.008
"""Gaussian sigma by which fields are smoothed, interocular distances."""

Box = tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class FaceField:
    """A field, opened. Displacements are (h, w, 2) float32, frame pixels, of the face at rest.

    skin: in ``box_xyxy``. upper, lower: in ``mouth_xyxy``, of the skin on either side of the line of the
    lips, continued across it. normals: (h, w, 3), change of the normals in ``box_xyxy`` at every
    SHADE_STEP-th pixel. jaw, gaze: (2,), of the lower teeth and of the eyeballs.
    """

    skin: NDArray[np.float32]
    upper: NDArray[np.float32]
    lower: NDArray[np.float32]
    normals: NDArray[np.float32]
    jaw: NDArray[np.float32]
    gaze: NDArray[np.float32]


class VertexMotion:
    """Control points: the landmarks, then the vertices, (P, 3): right, down and away, frame pixels.

    box_xyxy, mouth_xyxy: the regions of the frame that move, pixels. normals: (h, w, 3) float32 unit normals
    at rest in ``box_xyxy`` at every SHADE_STEP-th pixel, 0 beside the head.
    """

    def __init__(self, relief: Relief, subject: Subject, lips: LipLine) -> None:
        self._relief, self._subject = relief, subject
        low, high = relief.landmarks.min(0), relief.landmarks.max(0)
        margin = REACH * (high - low)
        self.box_xyxy = _inside(relief, low - margin, high + margin)
        corners = np.column_stack([lips.x[[0, -1]], (lips.upper.min(), lips.lower.max())])
        mouth = (corners + 0.5) / FINER - 0.5
        self.mouth_xyxy = _inside(relief, mouth[0] - 0.35 * relief.px, mouth[1] + 0.35 * relief.px)
        y, x = np.mgrid[self._rows(self.box_xyxy)]
        row, column = y * FINER + FINER // 2, x * FINER + FINER // 2  # the centre of the frame's pixel
        within = lips.within(column)
        line = lips.upper_at(column)
        self._above = np.asarray((row < line)[..., None])
        found, weights = self._sampled(row, column)
        beside = distance_transform_edt(found < 0)
        fade = np.clip(1 - beside / (_FADE * relief.px), 0, 1).astype(np.float32)
        self._upper = self._matrix(found, weights, (found >= 0) & ~(within & (row >= line)), fade)
        self._lower = self._matrix(found, weights, (found >= 0) & ~(within & (row < line)), fade)
        step = np.s_[::SHADE_STEP, ::SHADE_STEP]
        self._for_normals = self._matrix(found[step], weights[step], found[step] >= 0, fade[step])
        self.normals = self._normals(relief.normals)
        self._jaw = part_vertices("lower_teeth")
        shape = self._above.shape[:2]
        mx0, my0, mx1, my1 = self.mouth_xyxy
        mouth_shape = (my1 - my0, mx1 - mx0, 2)
        self._shapes = ((*shape, 2), mouth_shape, mouth_shape, self.normals.shape, (2,), (2,))

    def displacement(self, strengths: Strengths) -> NDArray[np.float64]:
        """(P, 3) displacement of the control points by units at these intensities."""
        head, own = self._subject.head, self._subject
        assert isinstance(head, SculptedHead)
        moved = np.zeros((N_LANDMARKS + len(self._relief.vertices), 3))
        for unit in {name[:-1] for name in strengths}:
            landmarks = own.displacement(unit)
            vertices = own.personal(unit, head.vertex_displacement(own, unit))
            for side in ("R", "L"):
                strength = strengths.get(unit + side, 0.0)
                moved += strength * np.vstack([landmarks[side], vertices[side]])
        return np.asarray(moved @ self._relief.turn.T * self._relief.px)

    def field(self, displacement: NDArray[np.float64]) -> NDArray[np.float32]:
        """The field of a (P, 3) displacement; ``opened`` gives its parts."""
        vertices = displacement[N_LANDMARKS:]
        upper, lower = self._dense(self._upper, vertices), self._dense(self._lower, vertices)
        x0, y0, x1, y1 = np.subtract(self.mouth_xyxy, self.box_xyxy[:2] * 2)
        mouth = np.s_[y0:y1, x0:x1]
        turned = vertex_normals(self._relief.vertices + vertices, self._relief.head.triangles)
        return self._packed(
            FaceField(
                skin=np.where(self._above, upper, lower),
                upper=upper[mouth],
                lower=lower[mouth],
                normals=self._normals(turned - self._relief.normals),
                jaw=vertices[self._jaw, :2].mean(0).astype(np.float32),
                gaze=np.zeros(2, np.float32),
            )
        )

    def gaze(self, right: float, down: float) -> NDArray[np.float32]:
        """The field of eyeballs that move by so many frame pixels."""
        field = np.zeros(sum(int(np.prod(shape)) for shape in self._shapes), np.float32)
        field[-2:] = right, down
        return field

    def opened(self, field: NDArray[np.float32]) -> FaceField:
        """The parts of a field."""
        ends = np.cumsum([np.prod(shape) for shape in self._shapes])[:-1]
        parts = np.split(field.ravel(), ends)
        return FaceField(*(part.reshape(shape) for part, shape in zip(parts, self._shapes, strict=True)))

    @staticmethod
    def _packed(field: FaceField) -> NDArray[np.float32]:
        parts = (field.skin, field.upper, field.lower, field.normals, field.jaw, field.gaze)
        return np.concatenate([part.ravel() for part in parts]).astype(np.float32)

    @staticmethod
    def _rows(box: Box) -> tuple[slice, slice]:
        x0, y0, x1, y1 = box
        return slice(y0, y1), slice(x0, x1)

    def _sampled(
        self, row: NDArray[np.int64], column: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Triangles and weights of the relief at rows and columns of the texture."""
        relief = self._relief
        height, width = relief.triangle.shape
        y, x = row - relief.origin_xy[1], column - relief.origin_xy[0]
        known = (y >= 0) & (y < height) & (x >= 0) & (x < width)
        y, x = np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)
        return np.where(known, relief.triangle[y, x], -1).astype(np.int32), relief.weights[y, x]

    def _matrix(
        self,
        found: NDArray[np.int32],
        weights: NDArray[np.float32],
        valid: NDArray[np.bool_],
        fade: NDArray[np.float32],
    ) -> csr_matrix:
        """(h*w, N) weights from vertices to pixels; a pixel that is not valid takes the nearest valid one."""
        nearest = tuple(distance_transform_edt(~valid, return_distances=False, return_indices=True))
        corners = self._relief.head.triangles[found[nearest]].reshape(-1, 3)
        share = weights[nearest].reshape(-1, 3) * fade.reshape(-1, 1)
        at = np.repeat(np.arange(len(corners)), 3)
        shape = (len(corners), len(self._relief.vertices))
        return csr_matrix((share.ravel(), (at, corners.ravel())), shape=shape, dtype=np.float32)

    def _dense(self, matrix: csr_matrix, vertices: NDArray[np.float64]) -> NDArray[np.float32]:
        field = (matrix @ vertices[:, :2].astype(np.float32)).reshape(*self._above.shape[:2], 2)
        return np.asarray(cv2.GaussianBlur(field, (0, 0), _BLUR * self._relief.px), np.float32)

    def _normals(self, at_vertices: NDArray[np.float64]) -> NDArray[np.float32]:
        rows, columns = self._above.shape[:2]
        shape = (-(-rows // SHADE_STEP), -(-columns // SHADE_STEP), 3)
        field = (self._for_normals @ at_vertices.astype(np.float32)).reshape(shape)
        return np.asarray(cv2.GaussianBlur(field, (0, 0), 0.9), np.float32)


def _inside(relief: Relief, low: NDArray[np.float64], high: NDArray[np.float64]) -> Box:
    x0, y0 = np.maximum(low, 0).astype(int)
    x1, y1 = np.minimum(high + 1, relief.size_wh).astype(int)
    return int(x0), int(y0), int(x1), int(y1)
