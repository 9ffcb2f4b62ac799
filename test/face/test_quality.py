import cv2
import numpy as np
import pytest
from skimage.data import astronaut

from mer_ros.face.quality import FaceAppearance, RestingAppearance, sharpness


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


def with_patch(grey, rows, columns, level=110):
    hidden = grey.copy()
    hidden[rows, columns] = level
    return noisy(hidden, 2.0, seed=2)


@pytest.mark.parametrize("level", [0, 127, 255])
def test_fault_13_one_grey_has_no_sharpness_and_nothing_to_compare(level):
    flat = np.full((128, 128), level, np.uint8)
    assert sharpness(flat) == 0.0
    assert (
        RestingAppearance(FaceAppearance(flat))
        .unclear_reason(FaceAppearance(flat))
        .startswith("blurred: sharpness 0.000")
    )


def test_sharpness_falls_with_blur_and_not_with_light(crop):
    values = [sharpness(crop), *(sharpness(blurred(crop, sigma)) for sigma in (1, 2, 3))]
    assert values == sorted(values, reverse=True) and values[0] > 3 * values[2]
    dimmed = (crop * 0.5 + 20).astype(np.uint8)
    assert sharpness(dimmed) == pytest.approx(values[0], rel=0.05)


def test_a_face_at_rest_is_clear_in_another_light_with_more_noise_and_a_small_movement(crop):
    resting = RestingAppearance(FaceAppearance(crop))
    darker = (noisy(crop, 4.0, seed=3) * 0.6).astype(np.uint8)
    moved = cv2.warpAffine(
        crop, np.float32([[1, 0, 1], [0, 1, 1]]), (128, 128), borderMode=cv2.BORDER_REPLICATE
    )
    assert [resting.unclear_reason(FaceAppearance(seen)) for seen in (crop, darker, moved)] == ["", "", ""]


def test_fault_37_a_blurred_face_gets_a_reason(crop):
    resting = RestingAppearance(FaceAppearance(crop))
    assert resting.unclear_reason(FaceAppearance(blurred(crop, 0.7))) == ""
    reason = resting.unclear_reason(FaceAppearance(blurred(crop, 2.2)))
    assert reason.startswith("blurred: ") and reason.endswith("of its usual sharpness, 35% needed")
    always = RestingAppearance(FaceAppearance(blurred(crop, 8.0)))
    assert always.unclear_reason(FaceAppearance(blurred(crop, 8.0))).endswith("0.02 needed")


@pytest.mark.parametrize(
    ("rows", "columns", "is_covered"),
    [
        (slice(75, 128), slice(25, 103), True),
        (slice(0, 128), slice(0, 64), True),
        (slice(20, 70), slice(0, 128), True),
        (slice(45, 58), slice(24, 54), False),
        (slice(100, 128), slice(100, 128), False),
    ],
    ids=["mouth", "half", "brows_and_eyes", "one_eye_shut", "a_corner"],
)
def test_fault_37_a_covered_face_gets_a_reason(crop, rows, columns, is_covered):
    seen = with_patch(crop, rows, columns)
    assert (
        RestingAppearance(FaceAppearance(crop)).unclear_reason(FaceAppearance(seen)).startswith("covered: ")
        == is_covered
    )


def test_what_it_rests_on_is_what_it_compares_with(crop):
    masked = with_patch(crop, slice(75, 128), slice(25, 103))
    assert RestingAppearance(FaceAppearance(crop)).unclear_reason(FaceAppearance(masked))
    resting = RestingAppearance(FaceAppearance(masked))
    assert (
        resting.unclear_reason(FaceAppearance(masked)) == ""
        and resting.unclear_reason(FaceAppearance(crop)) == ""
    )
