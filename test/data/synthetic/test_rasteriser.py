"""The rasteriser against triangles by hand: coverage, depth, weights and borders."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic.rasteriser import rasterise
from mer_ros.face import morphable_head

TRIANGLE = np.array([[1.0, 1, 0], [7, 1, 0], [1, 7, 0]])
FIRST = np.array([[0, 1, 2]])


def test_nothing_to_draw() -> None:
    found, weights = rasterise(np.zeros((0, 3)), np.zeros((0, 3), int), (5, 3))
    assert found.shape == (3, 5) and (found == -1).all()
    assert weights.shape == (3, 5, 3) and not weights.any()
    assert found.dtype == np.int32 and weights.dtype == np.float32


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0]], ids=["one orientation", "the other"])
def test_a_triangle_covers_the_pixels_inside_it(order: list[int]) -> None:
    found, weights = rasterise(TRIANGLE, np.array([order]), (9, 9))
    y, x = np.mgrid[:9, :9]
    np.testing.assert_array_equal(found >= 0, (x >= 1) & (y >= 1) & (x + y <= 8))
    at = weights[found >= 0] @ TRIANGLE[order]
    np.testing.assert_allclose(at[:, 0], x[found >= 0], atol=1e-5)
    np.testing.assert_allclose(at[:, 1], y[found >= 0], atol=1e-5)
    np.testing.assert_allclose(weights[found >= 0].sum(1), 1, atol=1e-6)


def test_edges_that_triangles_share_have_no_holes() -> None:
    """The halves of the parametric head meet on the pixel centres of one column."""
    head = morphable_head.load()
    pixels = (head.vertices(morphable_head.average_weights(head.shape_names)) + (0, 7.4, 0)) * (180, 180, 1)
    found, _ = rasterise(pixels + (160, 160, 0), head.triangles, (321, 321))
    x, y = np.abs(pixels[:, 0]), pixels[:, 1]
    assert (x < 0.01).sum() > 20 and y.min() < -160 and y.max() > 160, "the head covers the column"
    assert (found[:, 160] >= 0).all()


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_the_nearer_triangle_hides_the_other_whatever_their_order(order: list[int]) -> None:
    points = np.vstack([TRIANGLE, TRIANGLE + (0, 0, 5)])
    triangles = np.array([[0, 1, 2], [3, 4, 5]])[order]
    found, _ = rasterise(points, triangles, (9, 9))
    assert set(np.unique(found)) == {-1, order.index(0)}


def test_crossing_triangles_are_cut_where_they_cross() -> None:
    """One rises to the right, the other is flat at depth 2: it is in front from x = 4 on."""
    tilted = np.array([[0.0, 0, 0], [8, 0, 4], [0, 8, 0]])
    flat = np.array([[0.0, 0, 2], [8, 0, 2], [0, 8, 2]])
    found, _ = rasterise(np.vstack([tilted, flat]), np.array([[0, 1, 2], [3, 4, 5]]), (9, 9))
    assert found[0].tolist() == [0, 0, 0, 0, 0, 1, 1, 1, 1]


@pytest.mark.parametrize(
    "points",
    [TRIANGLE + (-30, 0, 0), TRIANGLE + (0, 40, 0), TRIANGLE * (1, 0, 1), TRIANGLE * 0.01 + (0.3, 0.3, 0)],
    ids=["left of it", "below it", "a line", "between pixel centres"],
)
def test_what_covers_no_pixel_leaves_none(points: np.ndarray) -> None:
    assert (rasterise(points, FIRST, (9, 9))[0] == -1).all()


def test_a_triangle_is_clipped_at_the_border() -> None:
    found, _ = rasterise(TRIANGLE * 10 - (30, 30, 0), FIRST, (6, 4))
    assert found.shape == (4, 6) and (found == 0).all()
