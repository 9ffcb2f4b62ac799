"""Rotation, yaw, scale: the landmarks go where the pixels go."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mer_ros.data.corruptions import Corruption, Shot
from mer_ros.data.corruptions.placement import ROTATION, SCALE, YAW

NOSE, LEFT_CORNER = 4, 291


@pytest.mark.parametrize("corruption", [ROTATION, YAW, SCALE])
@pytest.mark.parametrize("landmark", [NOSE, LEFT_CORNER])
def test_a_mark_on_the_face_stays_at_its_landmark(corruption: Corruption, landmark: int, shot: Shot) -> None:
    frames = np.zeros_like(shot.frames)
    x, y = shot.landmarks[0, landmark, :2]
    down, across = np.mgrid[: frames.shape[1], : frames.shape[2]]
    frames[:] = (255 * np.exp(-((across - x) ** 2 + (down - y) ** 2) / 18))[..., None].astype(np.uint8)
    found = corruption(Shot(frames, shot.times_s, shot.landmarks), 4, seed=3)
    mark = found.frames[0, ..., 0].astype(float)
    down, across = np.mgrid[: mark.shape[0], : mark.shape[1]]
    centre = (mark * across).sum() / mark.sum(), (mark * down).sum() / mark.sum()
    np.testing.assert_allclose(found.landmarks[0, landmark, :2], centre, atol=2.0)


def test_the_turned_face_follows_the_head(shot: Shot) -> None:
    """A displacement field that stayed in the image would add false motion to a head that moves."""
    head = cv2.getRotationMatrix2D((140.0, 160.0), 12.0, 1.15) + np.array([[0, 0, 12.0], [0, 0, -8.0]])
    size = shot.frames.shape[2], shot.frames.shape[1]
    frames = np.stack([shot.frames[0], cv2.warpAffine(shot.frames[0], head, size)])
    landmarks = np.stack([shot.landmarks[0], shot.landmarks[0]])
    landmarks[1, :, :2] = landmarks[0, :, :2] @ head[:, :2].T + head[:, 2]
    turned = YAW(Shot(frames, np.arange(2.0), landmarks), 4, seed=1)
    moved = cv2.warpAffine(turned.frames[0], head, size).astype(float)
    assert np.abs(moved - turned.frames[1])[60:-60, 60:-60].mean() < 2
    expected = turned.landmarks[0, :, :2] @ head[:, :2].T + head[:, 2]
    np.testing.assert_allclose(turned.landmarks[1, :, :2], expected, atol=0.01)


def test_a_head_that_becomes_much_smaller_leaves_no_hole(shot: Shot) -> None:
    landmarks = np.stack([shot.landmarks[0], 0.3 * shot.landmarks[0]])
    frames = np.full((2, *shot.frames.shape[1:]), 120, np.uint8)
    assert (YAW(Shot(frames, np.arange(2.0), landmarks), 4, seed=1).frames == 120).all()


def test_sizes(shot: Shot) -> None:
    assert SCALE(shot, 3).frames.shape[1:3] == (152, 152)
    narrower = YAW(shot, 5).landmarks[0, 263, 0] - YAW(shot, 5).landmarks[0, 33, 0]
    own_width = shot.landmarks[0, 263, 0] - shot.landmarks[0, 33, 0]
    assert narrower == pytest.approx(np.cos(np.deg2rad(30)) * own_width, rel=0.02)
    turned = ROTATION(shot, 5, seed=1).landmarks[0]
    eyes = turned[263, :2] - turned[33, :2]
    own = shot.landmarks[0, 263, :2] - shot.landmarks[0, 33, :2]
    angle = np.degrees(np.arctan2(*eyes[::-1]) - np.arctan2(*own[::-1]))
    assert abs(angle) == pytest.approx(45, abs=0.5)
