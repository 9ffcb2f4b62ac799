"""The shaded head: skin, lips and eyes in their places, lit from the front."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic.shading import GROUND, shaded
from mer_ros.face import morphable_head

SIZE_WH, PX_PER_DM = (120, 160), 60.0


@pytest.fixture(scope="module")
def drawn() -> tuple[np.ndarray, np.ndarray]:
    """The picture of the average head, and its landmarks in pixels."""
    head = morphable_head.load()
    vertices = head.vertices(morphable_head.average_weights(head.shape_names))
    place = np.array([0, vertices[head.part == 1, 1].mean(), 0])
    middle = np.array([SIZE_WH[0] / 2, SIZE_WH[1] / 2, 0])
    pixels = (vertices - place) * PX_PER_DM + middle
    return shaded(pixels, head, SIZE_WH), head.at_landmarks(pixels)


def colour(drawn: tuple[np.ndarray, np.ndarray], landmark: int) -> np.ndarray:
    picture, landmarks = drawn
    x, y = np.rint(landmarks[landmark, :2]).astype(int)
    return picture[y, x].astype(float)


def test_size_and_ground(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    picture = drawn[0]
    assert picture.shape == (160, 120, 3) and picture.dtype == np.uint8
    assert (picture[:20, :8] == GROUND).all()


def test_skin_lips_and_eyes_have_their_colours(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    skin, lip = colour(drawn, 50), colour(drawn, 17)  # cheek, lower lip; BGR
    assert skin[2] > skin[1] > skin[0] > 40
    assert lip[2] - lip[1] > skin[2] - skin[1] + 5
    picture, landmarks = drawn
    for inner, outer in ((133, 33), (362, 263)):
        x, y = landmarks[[inner, outer], :2].mean(0).astype(int)
        eye = picture[y - 3 : y + 4, x - 4 : x + 5].astype(float).mean(-1)
        assert eye.min() < 90  # the iris


def test_both_halves_are_drawn(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    shown = (drawn[0] != GROUND).any(-1)
    np.testing.assert_allclose(shown[:, :60].sum(), shown[:, 60:].sum(), rtol=0.05)
