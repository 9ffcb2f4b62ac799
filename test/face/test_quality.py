import cv2
import numpy as np
import pytest
from skimage.data import astronaut

from mer_ros.face.quality import blur_reason, sharpness


@pytest.fixture(scope="module")
def crop():
    """(128, 128) uint8: the photograph's face, placed as in an aligned crop, with a little sensor noise."""
    grey = cv2.cvtColor(astronaut(), cv2.COLOR_RGB2GRAY)[52:184, 158:290]
    grey = cv2.resize(grey, (128, 128), interpolation=cv2.INTER_AREA)
    return noisy(grey, 2.0)


def noisy(grey, sigma, seed=0):
    noise = np.random.default_rng(seed).normal(0, sigma, grey.shape)
    return np.clip(grey + noise, 0, 255).astype(np.uint8)


def blurred(grey, sigma):
    return noisy(cv2.GaussianBlur(grey, (0, 0), sigma), 2.0, seed=1)


@pytest.mark.parametrize("level", [0, 127, 255])
def test_fault_13_one_grey_has_no_sharpness(level):
    flat = np.full((128, 128), level, np.uint8)
    assert sharpness(flat) == 0.0
    assert blur_reason(0.0, 0.0).startswith("blurred: sharpness 0.000")


def test_sharpness_falls_with_blur_and_not_with_light(crop):
    values = [sharpness(crop), *(sharpness(blurred(crop, sigma)) for sigma in (1, 2, 3))]
    assert values == sorted(values, reverse=True) and values[0] > 3 * values[2]
    dimmed = (crop * 0.5 + 20).astype(np.uint8)
    assert sharpness(dimmed) == pytest.approx(values[0], rel=0.05)


def test_fault_37_a_blurred_face_gets_a_reason(crop):
    at_rest = sharpness(crop)
    assert blur_reason(sharpness(blurred(crop, 0.7)), at_rest) == ""
    reason = blur_reason(sharpness(blurred(crop, 2.2)), at_rest)
    assert reason.startswith("blurred: ") and reason.endswith("of its usual sharpness, 35% needed")
    always = sharpness(blurred(crop, 8.0))
    assert blur_reason(always, always).endswith("0.02 needed")


def test_a_face_at_rest_is_sharp_in_another_light_with_more_noise_and_a_small_movement(crop):
    darker = (noisy(crop, 4.0, seed=3) * 0.6).astype(np.uint8)
    moved = cv2.warpAffine(
        crop, np.float32([[1, 0, 1], [0, 1, 1]]), (128, 128), borderMode=cv2.BORDER_REPLICATE
    )
    assert [blur_reason(sharpness(seen), sharpness(crop)) for seen in (crop, darker, moved)] == ["", "", ""]
