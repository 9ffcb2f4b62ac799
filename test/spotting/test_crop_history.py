"""The crops stored for a possible event: as many as an event can need, and no more."""

import numpy as np
import pytest

from mer_ros.spotting.crop_history import Crop, CropHistory

MS = 1_000_000


@pytest.fixture
def crops():
    """A history of 2 s at 200 fps; each image contains its index."""
    crops = CropHistory()
    for i in range(400):
        pixels = np.full((2, 2, 3), i % 256, np.uint8)
        crops.add(Crop(i * 5 * MS, pixels, np.eye(2, 3, dtype=np.float32), (i, 0, 1, 1)))
    return crops


def test_a_hundred_a_second_are_kept_and_the_nearest_is_found(crops):
    assert crops.last.stamp_ns == 1990 * MS
    assert [crops.nearest(ms * MS).stamp_ns // MS for ms in (-50, 1004, 1006, 9000)] == [0, 1000, 1010, 1990]
    assert crops.nearest(1000 * MS).roi_xywh[0] == 200


def test_a_clip_has_at_most_32_images_spread_from_onset_to_offset(crops):
    clip = crops.clip(400 * MS, 1200 * MS)
    assert [frame.stamp_ns // MS for frame in clip[:3]] == [400, 430, 450] and len(clip) == 32
    assert clip[-1].stamp_ns == 1200 * MS and clip[0].image[0, 0, 0] == 80
    assert [frame.stamp_ns // MS for frame in crops.clip(401 * MS, 429 * MS)] == [410, 420]
    assert crops.clip(2500 * MS, 2600 * MS) == ()


def test_what_no_event_can_reach_is_forgotten(crops):
    crops.forget_old(2605 * MS)
    assert crops.nearest(0).stamp_ns == 210 * MS
    crops.clear()
    assert crops.last is None and crops.clip(0, 2000 * MS) == ()
