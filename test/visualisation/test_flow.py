"""Flow as an image: direction is hue, strength is brightness."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mer_ros.visualisation.flow import GROUND_BGR, flow_picture


def field(u: float, v: float) -> np.ndarray:
    y, x = np.mgrid[:56, :56]
    bump = np.exp(-((x - 28) ** 2 + (y - 31) ** 2) / 100.0).astype(np.float32)
    return np.stack([u * bump, v * bump, bump])


def hue_at(image, x, y) -> int:
    patch = image[y - 12 : y + 12, x - 12 : x + 12].reshape(-1, 1, 3)
    return int(np.median(cv2.cvtColor(patch, cv2.COLOR_BGR2HSV)[:, 0, 0]))


@pytest.mark.parametrize(("u", "v", "hue"), [(1, 0, 0), (0, 1, 45), (-1, 0, 90), (0, -1, 135)])
def test_hue_is_direction(u, v, hue):
    difference = hue_at(flow_picture(field(u, v)), 110, 128) - hue
    assert abs((difference + 90) % 180 - 90) <= 3  # OpenCV's hue is a circle of 180


def test_strength_is_relative_to_the_strongest():
    weak, strong = flow_picture(field(0.01, 0)), flow_picture(field(10, 0))
    assert np.abs(weak.astype(int) - strong).max() <= 1


def test_rest_is_the_dark_ground():
    image = flow_picture(np.zeros((3, 56, 56), np.float32))
    assert (image[128, 128] == GROUND_BGR).all() and image.shape == (256, 256, 3)
