"""Windows and shifts of the textures of a face."""

from __future__ import annotations

import numpy as np

from mer_ros.face.local_windows import best_shift, shifted, window_mean
from mer_ros.face.texture import HEIGHT, WIDTH, face


def texture() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(HEIGHT, WIDTH)).astype(np.float32)


def test_a_moved_plane_is_among_the_shifts():
    plane = texture()
    found = shifted(np.roll(plane, (2, -2), axis=(0, 1)))
    inner = np.s_[4:-4, 4:-4]
    assert found.shape == (HEIGHT, WIDTH, 13)
    assert min(np.abs(found[..., k] - plane)[inner].max() for k in range(13)) == 0


def test_the_mean_counts_the_pixels_of_the_face_alone():
    values = np.where(face(), np.float32(2), np.float32(100))
    found = window_mean(values)
    np.testing.assert_allclose(found[face()], 2, rtol=1e-5)
    np.testing.assert_array_equal(window_mean(np.dstack([values, values]))[..., 1], found)


def test_the_best_shift_is_the_largest_value_of_each_pixel():
    many = shifted(texture())
    np.testing.assert_array_equal(best_shift(many), many.max(axis=2))
