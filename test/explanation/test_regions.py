"""Share of a map in each region and on the face."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.explanation.regions import inside_face, relevance
from mer_ros.face.regions import REGIONS, face_mask, region_masks


def test_an_empty_map_is_all_zero(landmarks):
    found = relevance(np.zeros((128, 128), np.float32), landmarks)
    assert found.share.tolist() == [0] * len(REGIONS) and found.inside_face == 0


def test_a_map_on_one_region_is_that_regions(landmarks):
    masks = region_masks(landmarks, 128)
    found = relevance(masks[REGIONS.index("mouth")].astype(np.float32), landmarks)
    assert found.share[REGIONS.index("mouth")] == 1 and found.share.sum() == 1
    assert found.inside_face == pytest.approx(1 / face_mask(landmarks, 128).mean())


def test_an_even_map_is_no_better_than_chance(landmarks):
    found = relevance(np.ones((128, 128), np.float32), landmarks)
    assert found.inside_face == pytest.approx(1) and found.share.sum() == pytest.approx(1)


def test_a_map_on_the_background_is_off_the_face(landmarks):
    outside = (~face_mask(landmarks, 128)).astype(np.float32)
    assert relevance(outside, landmarks).inside_face == 0


def test_inside_face_is_one_for_a_uniform_map_of_any_size_and_zero_for_an_empty_one(landmarks):
    face = face_mask(landmarks, 128)
    assert inside_face(np.ones((7, 7)), face) == pytest.approx(1)
    assert inside_face(np.zeros((7, 7)), face) == 0


def test_the_crops_of_events_have_a_background_of_thirty_percent_and_more(landmarks):
    """So a map on the background is noticed: its ceiling is above 1.4 times a uniform map."""
    found = relevance(face_mask(landmarks, 128).astype(np.float32), landmarks)
    assert found.inside_face == pytest.approx(found.ceiling) and found.ceiling > 1 / 0.7
    assert relevance(np.ones((128, 128), np.float32), landmarks + np.float32(500)).ceiling == 0
