"""Bars and things in front of the face."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.corruptions import SEVERITIES, Corruption, Shot
from mer_ros.data.corruptions.occlusion import EYES, GLASSES, HAND, MASK, MOUTH

EYE, LIP, NOSE_TIP = 159, 13, 4


def changed_at(found: Shot, shot: Shot, landmark: int) -> bool:
    """Whether the pixel at a landmark differs in the first frame."""
    x, y = shot.landmarks[0, landmark, :2].round().astype(int)
    return bool(np.abs(found.frames[0, y, x].astype(int) - shot.frames[0, y, x]).max() > 12)


@pytest.mark.parametrize(
    ("corruption", "covered", "free"),
    [(EYES, EYE, LIP), (GLASSES, EYE, LIP), (MOUTH, LIP, EYE), (MASK, LIP, EYE), (HAND, LIP, EYE)],
)
def test_at_full_severity_its_part_is_covered_and_no_other(
    corruption: Corruption, covered: int, free: int, shot: Shot
) -> None:
    found = corruption(shot, 5, seed=2)
    assert changed_at(found, shot, covered) and not changed_at(found, shot, free)


@pytest.mark.parametrize("corruption", [EYES, MOUTH, MASK, HAND])
def test_more_of_the_face_is_covered_at_a_higher_severity(corruption: Corruption, shot: Shot) -> None:
    first = Shot(shot.frames[:1], shot.times_s[:1], shot.landmarks[:1])
    hidden = [corruption(first, severity, seed=2) for severity in SEVERITIES]
    covered = [sum(changed_at(found, first, k) for k in range(468)) for found in hidden]
    assert covered == sorted(covered) and covered[-1] > covered[0] + 20


def test_a_hand_that_is_far_away_does_not_cover_the_mouth(shot: Shot) -> None:
    assert not changed_at(HAND(shot, 1, seed=2), shot, LIP)


def test_a_worn_thing_follows_the_face_and_a_hand_does_not(shot: Shot) -> None:
    moved = shot.landmarks + np.linspace(0, 20, len(shot.landmarks), dtype=np.float32)[:, None, None]
    moving = Shot(np.full_like(shot.frames, 90), shot.times_s, moved.astype(np.float32))
    for corruption, follows in ((EYES, True), (GLASSES, True), (HAND, False)):
        frames = corruption(moving, 5, seed=2).frames.astype(int)
        assert (np.abs(frames[-1] - frames[0]).max() > 30) == follows
