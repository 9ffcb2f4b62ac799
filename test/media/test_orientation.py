"""The eight orientations of an image."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.media.orientation import Orientation

IMAGE = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)


@pytest.mark.parametrize("turns", range(4))
def test_clockwise_turns(turns: int) -> None:
    turned = Orientation.clockwise(90 * turns).apply(IMAGE)
    assert np.array_equal(turned, np.rot90(IMAGE, k=-turns))
    assert turned.flags.c_contiguous


def test_nothing_is_copied_without_a_turn() -> None:
    assert Orientation.clockwise(0).apply(IMAGE) is IMAGE


@pytest.mark.parametrize("a", [-65536, 65536])
@pytest.mark.parametrize("d", [-65536, 65536])
@pytest.mark.parametrize("transposed", [False, True])
def test_a_matrix_moves_every_pixel_to_its_place(a: int, d: int, transposed: bool) -> None:
    """x' = a x + c y, y' = b x + d y, shifted into the image."""
    matrix = [0, a, 0, d, 0, 0] if transposed else [a, 0, 0, 0, d, 0]
    shown = Orientation.from_matrix([*matrix, 0, 0, 1 << 30]).apply(IMAGE)
    height, width = IMAGE.shape[:2]
    places = {
        (x, y): (matrix[0] * x + matrix[3] * y, matrix[1] * x + matrix[4] * y)
        for x in range(width)
        for y in range(height)
    }
    left, top = (min(place[k] for place in places.values()) for k in (0, 1))
    for (x, y), (to_x, to_y) in places.items():
        assert np.array_equal(shown[(to_y - top) >> 16, (to_x - left) >> 16], IMAGE[y, x])


def test_a_matrix_that_is_slightly_turned_is_the_nearest_orientation() -> None:
    assert Orientation.from_matrix([100, 65000, 0, -65000, 100, 0, 0, 0, 1 << 30]) == Orientation.clockwise(
        90
    )


def test_a_grey_image_keeps_its_axes() -> None:
    grey = IMAGE[..., :1]
    assert Orientation.clockwise(90).apply(grey).shape == (3, 2, 1)
