"""The meter on rendered frames without sensor noise."""

import numpy as np
import pytest

from mer_ros.data.synthetic import Conditions, synthetic_clip
from mer_ros.face import FaceMesh, geometry
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


def test_a_crop_is_registered_to_where_the_next_one_is_cut(meter, clip):
    first = meter.step(clip.render(round(0.1 * FPS)))
    second = meter.step(clip.render(round(0.1 * FPS) + 1))
    registered = geometry.compose(first.registered_from_crop, first.crop_from_image)
    np.testing.assert_allclose(registered, second.crop_from_image, atol=1e-4)
    assert np.abs(registered - first.crop_from_image).max() > 0.01, "the head has moved"


@pytest.mark.parametrize(("interocular", "most_noise"), [(90, 0.8), (180, 0.55)])
def test_crops_of_large_faces_average_their_pixels(landmarks, interocular, most_noise):
    points = landmarks * (interocular / geometry.interocular_px(landmarks))
    y, x = np.mgrid[:800, :800].astype(np.float32)
    middle = points[:, :2].mean(axis=0)

    def ramp(x, y):
        return 128 + 0.25 * (x - middle[0]) + 0.15 * (y - middle[1])

    noise = np.random.default_rng(0).normal(0, 10, (800, 800))
    image = np.dstack([np.clip(np.rint(ramp(x, y) + noise), 0, 255).astype(np.uint8)] * 3)
    motion = MotionMeter(image, points).step(image)
    inner = np.stack(np.meshgrid(np.arange(20.0, 108), np.arange(20.0, 108)), -1).reshape(-1, 2)
    places = geometry.apply(geometry.invert(motion.crop_from_image), inner.astype(np.float32))
    error = motion.grey[20:108, 20:108].ravel() - ramp(*places.T)
    assert abs(error.mean()) < 0.2, "half a pixel of the enlarged crop aside would show"
    assert error.std() < most_noise * 10


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
