"""Interpolation from the landmarks to a grid: exact on the face, 0 beyond the ring."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.face.interpolation import RING, dense_weights, pixel_grid
from mer_ros.face.regions import FACE_OVAL


@pytest.fixture(scope="module")
def points(landmarks: np.ndarray) -> np.ndarray:
    return landmarks[:, :2].astype(np.float64)


def ray(points: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """(N, 2) points from the centre of the face through its chin, in multiples of the chin's distance."""
    centre = points[list(FACE_OVAL)].mean(0)
    return centre + factors[:, None] * (points[152] - centre)


def test_an_empty_grid_has_no_rows(points: np.ndarray) -> None:
    assert dense_weights(points, pixel_grid(0, 4)).shape == (0, 468)


def test_a_landmark_has_its_own_value(points: np.ndarray) -> None:
    values = np.random.default_rng(0).normal(size=(468, 3))
    np.testing.assert_allclose(dense_weights(points, points) @ values, values, atol=1e-9)


def test_a_linear_field_is_reproduced_on_the_face(points: np.ndarray) -> None:
    centre = points.mean(0)
    reach = 0.6 * (points[[454, 152]].max(0) - centre)
    grid = centre + np.random.default_rng(1).uniform(-1, 1, (500, 2)) * reach
    slope = np.array([[0.3, -1.0], [2.0, 0.7]])
    found = dense_weights(points, grid) @ (points @ slope + (5, -4))
    np.testing.assert_allclose(found, grid @ slope + (5, -4), atol=1e-9)


def test_weights_are_shares_of_at_most_three_landmarks(points: np.ndarray) -> None:
    weights = dense_weights(points, pixel_grid(64, 64, 2.0))
    assert weights.data.min() > -1e-9 and weights.sum(1).max() < 1 + 1e-9
    assert np.diff(weights.indptr).max() <= 3


def test_weights_fall_from_the_outline_to_the_ring(points: np.ndarray) -> None:
    factors = np.array([0.5, 0.999, 1.1, 1.2, 1.3, RING + 0.01, 3.0])
    sums = np.asarray(dense_weights(points, ray(points, factors)).sum(1)).ravel()
    np.testing.assert_allclose(sums[:2], 1, atol=1e-6)
    assert 1 > sums[2] > sums[3] > sums[4] > 0
    np.testing.assert_allclose(sums[3], (RING - 1.2) / (RING - 1), atol=0.02)
    assert (sums[5:] == 0).all()


def test_a_wider_ring_reaches_further(points: np.ndarray) -> None:
    at = ray(points, np.array([1.5]))
    assert dense_weights(points, at).sum() == 0 and dense_weights(points, at, ring=2.0).sum() > 0.3


@pytest.mark.parametrize(
    ("width", "height", "scale", "grid"),
    [
        (0, 3, 1.0, np.empty((0, 2))),
        (3, 2, 1.0, [[0, 0], [1, 0], [2, 0], [0, 1], [1, 1], [2, 1]]),
        (2, 1, 4.0, [[1.5, 1.5], [5.5, 1.5]]),  # the middles of 4x4 blocks of pixels
        (2, 1, 0.5, [[-0.25, -0.25], [0.25, -0.25]]),
    ],
)
def test_the_grid_is_of_pixel_centres_row_by_row(
    width: int, height: int, scale: float, grid: list[list[float]]
) -> None:
    np.testing.assert_allclose(pixel_grid(width, height, scale), grid)
