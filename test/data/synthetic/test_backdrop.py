"""A picture is continued by calm colours, never by a second face."""

from __future__ import annotations

import numpy as np

from mer_ros.data.synthetic.backdrop import extended


def test_nothing_is_added_to_a_picture_that_is_large_enough() -> None:
    picture = np.zeros((5, 7, 3), np.uint8)
    assert extended(picture, 0, 0, 0, 0) is picture


def test_the_picture_stays_and_the_backdrop_has_the_colours_of_its_border() -> None:
    rng = np.random.default_rng(3)
    picture = rng.integers(0, 256, (120, 90, 3)).astype(np.uint8)
    picture[:, :45] //= 4  # dark on the left
    wide = extended(picture, 60, 30, 80, 10)
    assert wide.shape == (160, 230, 3) and wide.dtype == np.uint8
    inside = wide[30:150, 60:150]
    assert np.array_equal(inside[4:-4, 4:-4], picture[4:-4, 4:-4])
    assert abs(wide[60:100, :40].mean() - picture[30:70, :4].mean()) < 12
    assert abs(wide[60:100, -40:].mean() - picture[30:70, -4:].mean()) < 12


def test_the_backdrop_is_smooth() -> None:
    """No step between neighbours, whatever the picture shows at its border."""
    picture = np.random.default_rng(4).integers(0, 256, (120, 90, 3)).astype(np.uint8)
    wide = extended(picture, 100, 100, 100, 100).astype(int)
    for outside in (wide[:95], wide[225:], wide[:, :95], wide[:, 195:]):
        assert max(np.abs(np.diff(outside, axis=axis)).max() for axis in (0, 1)) <= 8


def test_only_the_sides_that_grow_are_blended() -> None:
    picture = np.random.default_rng(5).integers(0, 256, (60, 60, 3)).astype(np.uint8)
    wide = extended(picture, 20, 0, 0, 0)
    assert np.array_equal(wide[:, 24:], picture[:, 4:])
