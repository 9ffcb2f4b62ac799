"""The meter on rendered frames without sensor noise."""

import numpy as np
import pytest

from mer_ros.data.synthetic import Conditions, synthetic_clip
from mer_ros.face import FaceMesh
from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.motion.meter import MotionMeter

FPS = 50


@pytest.fixture(scope="module")
def clip():
    return synthetic_clip(1, fps=FPS, n_events=7, conditions=Conditions(noise_sigma=1.0, blinks=0))


@pytest.fixture(scope="module")
def landmarks(clip):
    mesh = FaceMesh(tracking=False)
    (found,) = mesh.detect(clip.render(0))
    mesh.close()
    return found


@pytest.fixture
def meter(clip, landmarks):
    return MotionMeter(clip.render(0), landmarks)


def test_the_crop_follows_a_swaying_head(meter, clip, landmarks):
    for i in range(1, int(1.9 * FPS)):
        motion = meter.step(clip.render(i))
        assert not motion.lost and motion.agreement > 0.95
    moved = meter.landmarks_in_image()[:, :2] - landmarks[:, :2]
    true = clip.true_landmarks(i) - clip.true_landmarks(0)
    assert np.linalg.norm((moved - true).mean(axis=0)) < 0.5
    assert np.linalg.norm(motion.groups, axis=1).max() < 0.006, "a head that sways is not an expression"


def test_an_expression_shows_in_the_groups_that_move(meter, clip):
    first = clip.truth[0]
    assert {"AU6", "AU12"} <= set(first.units), "seed 1 opens with a smile"
    apex = round(first.apex_s * FPS)
    motion = None
    for i in range(1, apex + 1):
        motion = meter.step(clip.render(i))
    size = dict(zip(MOTION_GROUPS, np.linalg.norm(motion.groups, axis=1), strict=True))
    corners = max(size["right lip corner"], size["left lip corner"])
    assert corners > 0.006
    assert corners > 3 * max(size["right inner brow"], size["left inner brow"])
    up = [
        motion.groups[list(MOTION_GROUPS).index(name), 1] for name in ("right lip corner", "left lip corner")
    ]
    assert min(up) < 0, "lip corners rise: y points down"


def test_without_the_face_in_the_image_the_face_is_lost(meter, clip):
    assert meter.step(np.zeros_like(clip.render(0))).lost


def test_a_face_out_of_reach_is_lost_and_an_anchor_finds_it_again(meter, clip, landmarks):
    far = np.roll(clip.render(1), 60, axis=1)
    assert meter.step(far).lost
    meter.anchor(far, landmarks + np.array([60, 0, 0], np.float32))
    assert not meter.step(far).lost
