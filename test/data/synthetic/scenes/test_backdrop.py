"""The wall behind a subject."""

from __future__ import annotations

import numpy as np

from mer_ros.data.synthetic.scenes.backdrop import backdrop
from mer_ros.data.synthetic.scenes.looks import Looks
from mer_ros.data.synthetic.scenes.shade import encoded


def test_the_wall_is_smooth_and_has_its_colour(looks: Looks) -> None:
    wall = backdrop(looks, (320, 240))
    assert wall.shape == (240, 320, 3) and wall.dtype == np.uint8
    np.testing.assert_array_equal(wall, backdrop(looks, (320, 240)))
    expected = encoded(looks.wall.astype(np.float32)[None])[0].astype(int)
    assert np.abs(np.median(wall, axis=(0, 1)) - expected).max() < 25
    assert np.abs(np.diff(wall.astype(int), axis=1)).mean() < 3
