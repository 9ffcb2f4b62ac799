"""Brightness, contrast, gamma, light from one side."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.corruptions import Shot
from mer_ros.data.corruptions.light import BRIGHTNESS, CONTRAST, GAMMA, SIDE_LIGHT


def test_levels_are_those_of_imagenet_c(shot: Shot) -> None:
    flat = Shot(np.full_like(shot.frames, 100), shot.times_s, shot.landmarks)
    assert BRIGHTNESS(flat, 2).frames.mean() == pytest.approx(100 + 0.2 * 255, abs=1)
    own = shot.frames.std(axis=(1, 2)).mean()
    spread = [CONTRAST(shot, severity).frames.std(axis=(1, 2)).mean() / own for severity in (1, 4)]
    assert spread == pytest.approx([0.4, 0.1], abs=0.02)
    assert GAMMA(flat, 3).frames.mean() == pytest.approx(255 * (100 / 255) ** 2, abs=1)


def test_the_light_from_one_side_grows_during_the_shot(shot: Shot) -> None:
    flat = Shot(np.full_like(shot.frames, 100), shot.times_s, shot.landmarks)
    frames = SIDE_LIGHT(flat, 5, seed=2).frames.astype(float)
    assert frames[0].std() == 0
    borders = frames[-1][:, [0, -1]].mean(axis=(0, 2))
    assert sorted(borders) == pytest.approx([60, 140], abs=1)
