"""The sculpted head at rest before the camera: its visible surface at each pixel of the texture."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from mer_ros.data.synthetic.heads import SculptedHead
from mer_ros.data.synthetic.rasteriser import rasterise
from mer_ros.data.synthetic.stage import FACE_CENTRE, FINER
from mer_ros.data.synthetic.subject import Subject, rotation
from mer_ros.face import morphable_head
from mer_ros.face.geometry import LEFT_EYE_OUTER, RIGHT_EYE_OUTER

_OPENINGS = ((-0.72, -0.25, 0.72, 0.30), (-0.45, 0.45, 0.45, 1.0))
"""Eyes and mouth of the average head, xyxy, canonical: surfaces that are hidden there lie inside the head."""

_PX_PER_EYES = 200.0
"""Scale of the picture in which hidden surfaces are found, pixels per interocular distance."""

_DEEPEST = 0.7
"""Depth at which ears and neck are moved, interocular distances: they turn less than the head."""

_DEPTH_REACH = 1.0
"""Distance from the head at which depth has faded, interocular distances."""


class Relief:
    """The surface of one subject, see ``stage.RestingHead`` for landmarks, depth_px, px and size_wh.

    vertices: (N, 3) float64, frame pixels, z in the same unit from the plane of the eyes, away from the
    camera. turn: (3, 3), canonical to frame directions (the habitual pose). box, origin_xy: rows and columns
    of the texture in which the head lies, and its first pixel; the maps cover it. triangle: (h, w) int32, the
    visible triangle of ``head.triangles``, -1 for none. weights: (h, w, 3) float32, of its corners.
    """

    def __init__(
        self,
        subject: Subject,
        size_wh: tuple[int, int],
        face_width_px: float,
        thickness: NDArray[np.float64] | None = None,
    ) -> None:
        """thickness: (N,) by which hair raises the surface along its normal, canonical; none if None."""
        self.head, self.size_wh = morphable_head.load(), size_wh
        assert isinstance(subject.head, SculptedHead)
        canonical = subject.head.vertices(subject)
        if thickness is not None:
            canonical = canonical + thickness[:, None] * vertex_normals(canonical, self.head.triangles)
        self.turn = rotation(subject.yaw_rad, subject.pitch_rad)
        landmarks = subject.mesh() @ self.turn.T
        low, high = landmarks[:, :2].min(0), landmarks[:, :2].max(0)
        self.px = face_width_px / float(high[0] - low[0])
        shift = np.array(size_wh) * FACE_CENTRE - (low + high) / 2 * self.px
        self.landmarks = landmarks[:, :2] * self.px + shift
        eyes = landmarks[[RIGHT_EYE_OUTER, LEFT_EYE_OUTER], 2].mean()
        self.depth_px = (landmarks[:, 2] - eyes) * self.px
        self.vertices = canonical @ self.turn.T * self.px
        self.vertices += (*shift, -eyes * self.px)
        self.normals = vertex_normals(self.vertices, self.head.triangles)
        self.triangle, self.weights = self._rasterise()

    def _rasterise(self) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        fine = self.vertices.copy()
        fine[:, :2] = to_texture(fine[:, :2])
        triangles = self.head.triangles[outer_triangles()]
        low = np.maximum(np.floor(fine[triangles.ravel(), :2].min(0)) - 2, 0).astype(int)
        limit = np.array(self.size_wh) * FINER
        high = np.minimum(np.ceil(fine[triangles.ravel(), :2].max(0)) + 3, limit).astype(int)
        self.box = (slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0])))
        self.origin_xy = (int(low[0]), int(low[1]))
        fine[:, :2] -= low
        facing = _areas(fine, triangles) > 0
        own = np.flatnonzero(outer_triangles())[facing]
        width, height = high - low
        found, weights = rasterise(fine, self.head.triangles[own], (int(width), int(height)))
        return np.where(found >= 0, own[found], -1).astype(np.int32), weights

    def at_pixels(self, values: NDArray[np.floating]) -> NDArray[np.float32]:
        """(N, K) values at the vertices -> (h, w, K) float32 at the pixels; 0 beside the head."""
        hit, corners, share = self._hit
        out = np.zeros((*self.triangle.shape, values.shape[1]), np.float32)
        own = values.astype(np.float32)
        out[hit] = sum(own[corners[:, k]] * share[:, k, None] for k in range(3))
        return out

    @functools.cached_property
    def _hit(self) -> tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.float32]]:
        """Pixels of the head, the corners of their triangles and the weights of these."""
        hit = self.triangle >= 0
        return hit, self.head.triangles[self.triangle[hit]], self.weights[hit]

    @functools.cached_property
    def place(self) -> NDArray[np.float32]:
        """(h, w, 3) canonical place on the average head: what a pixel shows is the same on every head."""
        return self.at_pixels(average_vertices())

    def depth_on(self, grid: NDArray[np.float64], behind_px: float) -> NDArray[np.float64]:
        """See ``stage.RestingHead``. Beside the head, the depth of its outline fades."""
        step = FINER
        found = self.triangle[::step, ::step]
        depth = self.at_pixels(self.vertices[:, 2:])[::step, ::step, 0]
        beside, nearest = distance_transform_edt(found < 0, return_indices=True)
        filled = np.minimum(depth[tuple(nearest)], self.px * _DEEPEST) - behind_px
        filled *= np.clip(1 - beside / (_DEPTH_REACH * self.px), 0, 1)
        at = (to_texture(grid) - self.origin_xy) / step
        column, row = np.clip(np.rint(at), 0, np.array(found.shape[::-1]) - 1).astype(int).T
        outside = np.abs(at - np.column_stack([column, row])).max(1)  # of the box of the head
        fade = np.clip(1 - outside / (_DEPTH_REACH * self.px), 0, 1)
        return np.asarray(filled[row, column] * fade, np.float64)


def to_texture(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(..., 2) frame pixels -> texture pixels."""
    return np.asarray((points + 0.5) * FINER - 0.5)


def vertex_normals(points: NDArray[np.float64], triangles: NDArray[np.int64]) -> NDArray[np.float64]:
    """(N, 3) unit normals of a surface, outwards; those of a mirrored head are mirrored."""
    a, b, c = points[triangles].transpose(1, 0, 2)
    of_triangle = np.cross(b - a, c - a)
    normals = np.zeros_like(points)
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], of_triangle)
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12))


def _areas(points: NDArray[np.float64], triangles: NDArray[np.int64]) -> NDArray[np.float64]:
    """(M,) twice the area in the picture, positive where the outside faces the camera."""
    a, b, c = points[triangles][..., :2].transpose(1, 0, 2)
    u, v = b - a, c - a
    return np.asarray(-(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]))


@functools.cache
def average_vertices() -> NDArray[np.float64]:
    """(N, 3) canonical vertices of the average head: places on a face that mean the same on every head."""
    head = morphable_head.load()
    return morphable_head.vertices(morphable_head.average_weights(head.shape_names))[0]


@functools.cache
def outer_triangles() -> NDArray[np.bool_]:
    """(M,) mask of the triangles of the skin that are not inside the mouth or the eye sockets."""
    head, points = morphable_head.load(), average_vertices()
    picture = points * _PX_PER_EYES
    picture[:, :2] -= picture[:, :2].min(0)
    width, height = np.ceil(picture[:, :2].max(0)).astype(int) + 1
    found, _ = rasterise(picture, head.triangles, (int(width), int(height)))
    seen = np.zeros(len(points), np.bool_)
    seen[head.triangles[found[found >= 0]]] = True
    hidden = np.zeros(len(points), np.bool_)
    for x0, y0, x1, y1 in _OPENINGS:
        inside = (points[:, 0] > x0) & (points[:, 0] < x1) & (points[:, 1] > y0) & (points[:, 1] < y1)
        hidden |= inside & ~seen
    skin = (head.part[head.triangles] == morphable_head.PARTS.index("skin")).all(1)
    return np.asarray(skin & ~hidden[head.triangles].all(1))


def part_vertices(*names: str) -> NDArray[np.bool_]:
    """(N,) mask of the vertices of some parts."""
    wanted = [morphable_head.PARTS.index(name) for name in names]
    return np.isin(morphable_head.load().part, wanted)
