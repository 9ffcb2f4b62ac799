"""The visible surface of a sculpted subject."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic.scenes.relief import (
    Relief,
    outer_triangles,
    part_vertices,
    to_texture,
    vertex_normals,
)
from mer_ros.data.synthetic.stage import FACE_CENTRE
from mer_ros.data.synthetic.subject import Subject

SQUARE = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]])


def test_the_face_has_its_width_and_its_place(relief: Relief) -> None:
    low, high = relief.landmarks.min(0), relief.landmarks.max(0)
    assert high[0] - low[0] == pytest.approx(100.0)
    np.testing.assert_allclose((low + high) / 2, np.array([320, 240]) * FACE_CENTRE, atol=1e-9)
    assert relief.depth_px[[33, 263]].mean() == pytest.approx(0, abs=1e-9)
    assert relief.depth_px[4] < -0.1 * relief.px  # the nose is nearer


def test_the_landmarks_lie_on_the_vertices(relief: Relief) -> None:
    found = relief.head.at_landmarks(relief.vertices)
    np.testing.assert_allclose(found[:, :2], relief.landmarks, atol=1e-3)


def test_values_at_the_pixels_are_those_of_the_surface(relief: Relief) -> None:
    own = relief.at_pixels(relief.vertices)
    for landmark in (4, 50, 280, 152):
        x, y = np.rint(to_texture(relief.landmarks[landmark])).astype(int) - relief.origin_xy
        seen = to_texture(own[y, x, :2]) - relief.origin_xy
        np.testing.assert_allclose(seen, (x, y), atol=0.05)


def test_eyes_are_holes_and_cheeks_are_not(relief: Relief) -> None:
    for upper, lower in ((159, 145), (386, 374)):
        x, y = np.rint(to_texture(relief.landmarks[[upper, lower]].mean(0))).astype(int) - relief.origin_xy
        assert relief.triangle[y, x] == -1
    x, y = np.rint(to_texture(relief.landmarks[50])).astype(int) - relief.origin_xy
    assert outer_triangles()[relief.triangle[y, x]]


def test_hair_raises_the_surface(sculpted: Subject, relief: Relief) -> None:
    raised = Relief(sculpted, (320, 240), 100.0, np.full(len(relief.vertices), 0.1))
    skin = part_vertices("skin")
    apart = np.linalg.norm(raised.vertices - relief.vertices, axis=1)[skin]
    np.testing.assert_allclose(apart, 0.1 * relief.px, rtol=1e-6)


def test_normals_of_a_square_face_one_way() -> None:
    normals = vertex_normals(SQUARE, np.array([[0, 2, 1], [1, 2, 3]]))
    np.testing.assert_allclose(normals, np.tile([0, 0, -1.0], (4, 1)))


def test_the_depth_of_the_head_fades_beside_it(relief: Relief) -> None:
    nose, corner = relief.landmarks[4], np.array([0.0, 0.0])
    at_nose, far = relief.depth_on(np.stack([nose, corner]), 10.0)
    assert at_nose == pytest.approx(relief.depth_px[4] - 10.0, abs=1.0)
    assert far == 0
