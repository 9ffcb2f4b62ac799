"""The detector on a part of a picture."""

import numpy as np
import pytest
import skimage.data

from benchmarks.portraits import wall
from mer_ros.face.detector import FaceDetector


@pytest.fixture(scope="module")
def detector():
    detector = FaceDetector()
    yield detector
    detector.close()


@pytest.fixture(scope="module")
def image():
    """The photograph at (700, 300) of a large picture; its face is 92 px wide, round (920, 420)."""
    image = wall(1920, 1080)
    image[300:812, 700:1212] = skimage.data.astronaut()[:, :, ::-1]
    return image


def test_a_face_is_found_in_the_part_that_shows_it_large_enough(detector, image):
    assert not [one for one in detector.detect(image) if one.box_xywh[2] < 150], "too small for the detector"
    (found,) = detector.detect(image, (600, 250, 480, 480))
    x, y, width, height = found.box_xywh
    assert x + width / 2 == pytest.approx(921, abs=15) and y + height / 2 == pytest.approx(420, abs=20)
    assert 60 < width < 120 and found.score > 0.8
    right_eye, left_eye, nose, mouth = found.keypoints[:4]
    assert right_eye[0] < nose[0] < left_eye[0] and right_eye[1] < nose[1] < mouth[1]
    assert found.keypoints.shape == (6, 2) and found.keypoints.dtype == np.float32


def test_a_part_without_a_face_has_none(detector, image):
    assert detector.detect(image, (0, 0, 480, 480)) == []


def test_a_new_detector_prints_nothing(image, capfd):
    detector = FaceDetector()
    assert len(detector.detect(image, (600, 250, 480, 480))) == 1
    detector.close()
    assert capfd.readouterr().err == ""
