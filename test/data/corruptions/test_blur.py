"""Defocus and motion blur."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.corruptions import Shot
from mer_ros.data.corruptions.blur import DEFOCUS, MOTION_BLUR


@pytest.fixture
def point(shot: Shot) -> Shot:
    """One bright pixel, with the face of the shot."""
    frames = np.zeros_like(shot.frames)
    frames[:, 150, 150] = 255
    return Shot(frames, shot.times_s, shot.landmarks)


def test_defocus_is_a_disk_whose_radius_grows_with_the_face(point: Shot) -> None:
    def area(shot: Shot) -> float:
        return float((DEFOCUS(shot, 3).frames[0, ..., 0] > 0).sum())

    radius = 6 * point.enlarged
    assert area(point) == pytest.approx(np.pi * (radius + 0.5) ** 2, rel=0.15)
    larger = Shot(point.frames, point.times_s, 1.5 * point.landmarks)
    assert area(larger) > 1.8 * area(point)


def test_motion_blur_is_a_line_the_same_in_every_frame(point: Shot) -> None:
    frames = MOTION_BLUR(point, 5, seed=4).frames[..., 0].astype(float)
    assert (frames == frames[0]).all()
    y, x = np.nonzero(frames[0])
    moments = np.linalg.eigvalsh(np.cov(np.stack([x, y]), aweights=frames[0][y, x]))
    assert moments[1] > 20 * moments[0]
