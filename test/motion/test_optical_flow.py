import cv2
import numpy as np
import pytest

from mer_ros.motion.optical_flow import DenseFlow, DenseFlowAtLandmarks, SparseFlow, flow_at_landmarks
from mer_ros.motion.registration import ReferenceCorrelation


@pytest.fixture(scope="module")
def aligned(aligned):
    """The aligned crop in grey, and its landmarks."""
    crop, landmarks = aligned
    return cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY), landmarks


def shifted(grey, dx, dy):
    move = np.float32([[1, 0, dx], [0, 1, dy]])
    return cv2.warpAffine(grey, move, grey.shape, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)


@pytest.fixture(params=[DenseFlowAtLandmarks, SparseFlow])
def flow(request):
    return request.param()


@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.5, -0.3), (2.0, 1.5), (-5.0, 3.0)])
def test_every_landmark_moves_as_the_image_does(aligned, flow, shift):
    grey, landmarks = aligned
    flow.set_reference(grey, landmarks)
    moved = flow(shifted(grey, *shift))
    assert moved.shape == (468, 2)
    assert np.abs(moved - shift).mean() < 0.08


def test_it_agrees_with_the_flow_of_the_whole_crop(aligned, flow):
    grey, landmarks = aligned
    y, x = np.mgrid[:128, :128].astype(np.float32)
    rise = np.exp(-((x - 45) ** 2 + (y - 95) ** 2) / 200).astype(np.float32)
    smile = cv2.remap(grey, x, y + 1.2 * rise, cv2.INTER_CUBIC)
    flow.set_reference(grey, landmarks)
    found, whole = flow(smile), flow_at_landmarks(DenseFlow()(grey, smile), landmarks)
    assert np.sqrt(((found - whole) ** 2).mean()) < 0.07
    assert found[:, 1].min() == pytest.approx(-1.2, abs=0.3)


def test_landmarks_beyond_the_crop_take_the_whole_of_it(aligned, flow):
    grey, landmarks = aligned
    wide = landmarks.copy()
    wide[0, :2], wide[1, :2] = (-40, -40), (200, 170)
    flow.set_reference(grey, wide)
    assert np.isfinite(flow(shifted(grey, 1.0, 0.0))).all()


def test_a_landmark_that_is_lost_moves_as_the_others(aligned):
    grey, landmarks = aligned
    wide = landmarks.copy()
    wide[0, :2], wide[1, :2] = (-40, -40), (200, 170)
    flow = SparseFlow()
    flow.set_reference(grey, wide)
    assert flow(shifted(grey, 1.0, 0.0))[:2] == pytest.approx(np.array([[1.0, 0.0]] * 2), abs=0.05)
    flow.set_reference(grey, wide[:2])
    assert flow(shifted(grey, 1.0, 0.0)) == pytest.approx(0.0)


@pytest.mark.parametrize("light", [lambda grey: grey * 0.9, lambda grey: grey + 12.0], ids=["gain", "offset"])
def test_light_that_flickers_is_no_movement(aligned, flow, light):
    grey, landmarks = aligned
    flow.set_reference(grey, landmarks)
    moved = flow(np.clip(light(grey.astype(float)), 0, 255).astype(np.uint8))
    assert np.abs(moved).mean() < 0.04


def test_one_grey_moves_nowhere(aligned, flow):
    grey, landmarks = aligned
    flow.set_reference(grey, landmarks)
    assert np.isfinite(flow(np.full_like(grey, 127))).all()


def test_correlation_is_opencv_s_normalised_correlation(aligned):
    grey, _ = aligned
    correlation = ReferenceCorrelation(grey)
    other = np.random.default_rng(1).integers(0, 256, grey.shape, np.uint8)
    for seen in (grey, shifted(grey, 3, 0), other, 255 - grey):
        wanted = cv2.matchTemplate(seen, grey, cv2.TM_CCOEFF_NORMED)[0, 0]
        assert correlation(seen) == pytest.approx(wanted, abs=1e-3)


def test_fault_13_one_grey_is_like_nothing(aligned):
    grey, _ = aligned
    plain = np.full_like(grey, 127)
    assert np.isnan(ReferenceCorrelation(grey)(plain)) and np.isnan(ReferenceCorrelation(plain)(grey))
