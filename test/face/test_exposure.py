import numpy as np
import pytest

from mer_ros.face.exposure import exposure
from mer_ros.face.regions import FACE_OVAL, face_mask


@pytest.fixture
def landmarks():
    """(468, 2) whose face oval is a circle in the middle of a crop."""
    points = np.full((468, 2), 64, np.float32)
    angles = np.linspace(0, 2 * np.pi, len(FACE_OVAL), endpoint=False)
    points[list(FACE_OVAL)] = 64 + 40 * np.stack([np.sin(angles), -np.cos(angles)], axis=1)
    return points


def test_a_face_within_the_sensor_s_range_is_well_exposed(landmarks):
    crop = np.random.default_rng(0).integers(10, 240, (128, 128, 3), np.uint8)
    assert exposure(crop, landmarks) == (0.0, 0.0)


def test_the_shares_are_those_of_the_face_alone(landmarks):
    crop = np.full((128, 128, 3), 120, np.uint8)
    crop[~face_mask(landmarks, 128)] = 255  # a bright background is no fault of the face
    assert exposure(crop, landmarks) == (0.0, 0.0)
    crop[:64] = 255
    over, under = exposure(crop, landmarks)
    assert over == pytest.approx(0.5, abs=0.03) and under == 0.0
    crop[:] = 0
    assert exposure(crop, landmarks) == (0.0, 1.0)


def test_one_clipped_channel_is_over_exposed_and_one_black_one_is_not_under_exposed(landmarks):
    assert exposure(np.full((128, 128, 3), (0, 90, 255), np.uint8), landmarks) == (1.0, 0.0)
    assert exposure(np.full((128, 128, 3), (0, 0, 90), np.uint8), landmarks) == (0.0, 0.0)


def test_fault_36_a_face_without_area_has_no_exposure():
    assert exposure(np.zeros((128, 128, 3), np.uint8), np.full((468, 2), -50, np.float32)) == (0.0, 0.0)
