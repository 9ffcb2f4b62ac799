"""Squares round faces."""

import math

import numpy as np
import pytest

from benchmarks.portraits import portrait
from mer_ros.face import geometry
from mer_ros.face.roi import FaceRoi, roi_of_detection, roi_of_landmarks


def test_the_square_contains_the_face_with_a_quarter_of_it_on_each_side():
    landmarks = portrait(60.0).landmarks
    roi = roi_of_landmarks(landmarks)
    on_crop = geometry.apply(roi.crop_from_image(100), landmarks)
    assert on_crop.min() == pytest.approx(100 / 6, abs=1.5) and on_crop.max() == pytest.approx(
        500 / 6, abs=1.5
    )


@pytest.mark.parametrize("degrees", [-170, -30, 45, 120])
def test_the_face_is_upright_in_its_crop(degrees):
    landmarks = portrait(60.0).landmarks
    angle = math.radians(degrees)
    turn = np.float32([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    roi = roi_of_landmarks(landmarks @ turn.T)
    eyes = geometry.apply(roi.crop_from_image(100), (landmarks @ turn.T)[[33, 263]])
    assert eyes[0, 0] < eyes[1, 0] and eyes[0, 1] == pytest.approx(eyes[1, 1], abs=0.1)


def test_a_crop_shows_the_square_and_repeats_the_border():
    image = np.zeros((50, 60, 3), np.uint8)
    image[:, :20] = 200
    crop = FaceRoi(10.0, 25.0, 40.0, 0.0).crop(image, 40)
    assert crop.shape == (40, 40, 3) and (crop[:, :28] == 200).all() and (crop[:, 32:] == 0).all()


def test_the_square_of_a_detection_follows_the_eyes():
    roi = roi_of_detection((10.0, 20.0, 40.0, 30.0), np.float32([[20, 30], [20, 40]]))
    assert (roi.x, roi.y, roi.side_px) == (30.0, 35.0, 60.0) and roi.roll_rad == pytest.approx(math.pi / 2)
    assert roi.scaled(2.0).side_px == 120.0
    assert roi.rolled(math.pi).roll_rad == pytest.approx(1.5 * math.pi)
