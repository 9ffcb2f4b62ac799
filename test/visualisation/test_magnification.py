from __future__ import annotations

import cv2
import numpy as np
import pytest

from mer_ros.visualisation.magnification import MOST, magnified
from mer_ros.visualisation.magnification import warped as moved_image


@pytest.fixture(scope="module")
def texture():
    noise = np.random.default_rng(0).uniform(0, 255, (128, 128, 3)).astype(np.float32)
    return cv2.GaussianBlur(noise, (0, 0), 2.5)


def warped(texture, size_px):
    """The texture with a movement down around the mouth, by so many pixels."""
    y, x = np.mgrid[:128, :128].astype(np.float32)
    down = size_px * np.exp(-((x - 64) ** 2 + (y - 96) ** 2) / (2 * 12**2)).astype(np.float32)
    image = cv2.remap(texture, x, y - down, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    spread = (image - image.mean()) / image.std()
    return np.clip(128 + 50 * spread, 0, 255).astype(np.uint8)


def moved_px(before, after):
    grey = [cv2.cvtColor(image, cv2.COLOR_BGR2GRAY) for image in (before, after)]
    return (
        cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        .calc(*grey, None)[90:102, 58:70, 1]
        .mean()
    )


def test_the_movement_becomes_visible_and_keeps_its_direction(texture, landmarks):
    rest = warped(texture, 0.0)
    found = magnified(rest, [warped(texture, size) for size in (0.5, 1.0)], landmarks)
    assert 4 < found.factor <= MOST
    half, full = (moved_px(rest, image) for image in found.images)
    assert 3.5 < full < 9 and 0.3 * full < half < 0.7 * full


def test_a_large_movement_stays_as_it_is(texture, landmarks):
    rest, far = warped(texture, 0.0), warped(texture, 9.0)
    found = magnified(rest, [far], landmarks)
    assert found.factor < 1.3


def test_noise_is_magnified_no_further_than_the_limit(texture, landmarks):
    rest = warped(texture, 0.0)
    found = magnified(rest, [rest], landmarks)
    assert found.factor == MOST and np.abs(found.images[0].astype(int) - rest).mean() < 2


def test_an_image_is_moved_by_the_flow():
    image = np.zeros((16, 16, 3), np.uint8)
    image[4, 5] = 200
    flow = np.zeros((16, 16, 2), np.float32)
    flow[..., 0] = 3
    assert np.argwhere(moved_image(image, flow)[..., 0]).tolist() == [[4, 8]]
