"""The crops stored for a possible event: as many as an event can need, and no more."""

import cv2
import numpy as np
import pytest

from mer_ros.spotting.crop_history import Crop, CropHistory

MS = 1_000_000
UNMOVED = np.eye(2, 3, dtype=np.float32)


@pytest.fixture
def crops():
    """A history of 2 s at 200 fps; each image contains its index."""
    crops = CropHistory()
    for i in range(400):
        pixels = np.full((2, 2, 3), i % 256, np.uint8)
        crops.add(Crop(i * 5 * MS, pixels, UNMOVED, UNMOVED, (i, 0, 1, 1)))
    return crops


def test_a_hundred_a_second_are_kept_and_the_nearest_is_found(crops):
    assert crops.last.stamp_ns == 1990 * MS
    assert [crops.at_peak(ms * MS).stamp_ns // MS for ms in (-50, 1004, 1006, 9000)] == [0, 1000, 1010, 1990]
    assert crops.at_peak(1000 * MS).roi_xywh[0] == 200


def test_rest_is_averaged_before_the_onset_and_the_peak_around_the_apex(crops):
    assert (crops.at_rest(1000 * MS).image == 193).all(), "every second of 186 to 200"
    assert (crops.at_peak(400 * MS).image == 80).all(), "every second of 76 to 84"
    assert (crops.at_rest(0).image == 0).all() and (crops.at_peak(1990 * MS).image == 396 % 256).all()


def test_rest_is_not_averaged_with_frames_in_which_the_face_could_not_be_judged(crops):
    assert (crops.at_rest(1000 * MS, 980 * MS).image == 199).all(), "198 and 200"
    assert (crops.at_rest(1000 * MS, 1000 * MS).image == 200).all()


def test_a_camera_of_30_fps_has_no_second_frame_at_the_peak():
    crops = CropHistory()
    for i in range(10):
        crops.add(
            Crop(round(i * 1e9 / 30), np.full((2, 2, 3), i * i, np.uint8), UNMOVED, UNMOVED, (0, 0, 1, 1))
        )
    assert (crops.at_peak(200 * MS).image == 36).all()
    assert (crops.at_rest(200 * MS).image == round((16 + 25 + 36) / 3)).all()


def test_crops_are_averaged_where_the_head_is_in_the_nearest():
    rng = np.random.default_rng(0)
    still = cv2.GaussianBlur(rng.integers(0, 256, (128, 128, 3)).astype(np.float32), (0, 0), 2.5)
    still = 128 + 4 * (still - still.mean())
    crops, clean = CropHistory(), []
    for i in range(5):  # the head sways by half a pixel a frame, and the camera adds noise
        moved = np.array([[1, 0, 0.5 * i], [0, 1, -0.3 * i]], np.float32)
        clean.append(cv2.warpAffine(still, moved, (128, 128), flags=cv2.INTER_CUBIC))
        noisy = np.clip(clean[-1] + rng.normal(0, 4, still.shape), 0, 255).astype(np.uint8)
        crops.add(Crop(i * 10 * MS, noisy, UNMOVED, cv2.invertAffineTransform(moved), (0, 0, 1, 1)))
    inner = (slice(8, -8), slice(8, -8))

    def error(image, i):
        return float(np.sqrt(np.square(image[inner] - clean[i][inner]).mean()))

    single = error(noisy, 4)
    assert error(crops.at_peak(20 * MS).image, 2) < 0.6 * single
    assert error(crops.at_rest(40 * MS).image, 4) < 0.6 * single


def test_a_clip_has_at_most_32_images_spread_from_onset_to_offset(crops):
    clip = crops.clip(400 * MS, 1200 * MS)
    assert [frame.stamp_ns // MS for frame in clip[:3]] == [400, 430, 450] and len(clip) == 32
    assert clip[-1].stamp_ns == 1200 * MS and clip[0].image[0, 0, 0] == 80
    assert [frame.stamp_ns // MS for frame in crops.clip(401 * MS, 429 * MS)] == [410, 420]
    assert crops.clip(2500 * MS, 2600 * MS) == ()


def test_what_no_event_can_reach_is_forgotten(crops):
    crops.forget_old(2605 * MS)
    assert crops.at_rest(0).stamp_ns == 210 * MS
    crops.clear()
    assert crops.last is None and crops.clip(0, 2000 * MS) == ()
