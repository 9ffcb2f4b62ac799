from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.frames.padding import needed_padding, padded_by
from mer_ros.face import geometry
from mer_ros.face.geometry import CROP_SIZE

IMAGES = np.random.default_rng(0).integers(0, 256, (2, 40, 50, 3), np.uint8)


def test_padding_is_that_of_the_first_picture_whatever_the_picture():
    padding = padded_by(IMAGES[0], 8)
    first, second = padding(IMAGES[0]), padding(IMAGES[1])
    assert first.shape == second.shape == (56, 66, 3)
    assert np.array_equal(second[8:-8, 8:-8], IMAGES[1])
    inside = np.zeros((56, 66), bool)
    inside[8:-8, 8:-8] = True
    assert np.array_equal(first[~inside], second[~inside])
    assert np.array_equal(first[:8, 8:-8], np.repeat(IMAGES[0][:1], 8, axis=0))


def test_no_padding_changes_nothing():
    padding = padded_by(IMAGES[0], 0)
    assert padding(IMAGES[1]) is IMAGES[1] or np.array_equal(padding(IMAGES[1]), IMAGES[1])
    assert not padding.outside(np.float32([[1, 0, 0], [0, 1, 0]])).any()


def test_pixels_of_a_crop_that_show_padding_are_outside():
    padding = padded_by(IMAGES[0], 8)
    outside = padding.outside(np.float32([[1, 0, 10], [0, 1, 20]]))  # the picture lies at 18, 28 of the crop
    assert outside.shape == (CROP_SIZE, CROP_SIZE)
    expected = np.ones_like(outside)
    expected[28 : 28 + 40, 18 : 18 + 50] = False
    assert np.array_equal(outside, expected)


@pytest.mark.parametrize(("shift", "needs"), [(0, False), (-40, True)])
def test_padding_is_needed_where_the_crop_reaches_beyond_the_picture(landmarks, shift, needs):
    image = np.zeros((CROP_SIZE + 2, CROP_SIZE + 2, 3), np.uint8)
    width = needed_padding(image, landmarks[:, :2] + np.float32([1, 1 + shift]))
    assert (width > 0) is needs
    if needs:
        moved = landmarks[:, :2] + np.float32([1 + width, 1 + shift + width])
        affine = geometry.invert(geometry.crop_from_image(moved))
        corner = geometry.apply(affine, np.float32([[0, 0]]))[0]
        assert corner.min() >= 0
