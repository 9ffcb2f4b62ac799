"""Noise of the sensor."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.corruptions import Shot
from mer_ros.data.corruptions.noise import GAUSSIAN_NOISE, SHOT_NOISE


def test_noise_has_the_published_size_and_differs_between_frames(shot: Shot) -> None:
    flat = Shot(np.full_like(shot.frames, 128), shot.times_s, shot.landmarks)
    frames = GAUSSIAN_NOISE(flat, 1).frames.astype(float)
    assert frames.std() == pytest.approx(0.08 * 255, rel=0.02)
    assert abs(np.corrcoef(frames[0].ravel(), frames[1].ravel())[0, 1]) < 0.02
    photons = SHOT_NOISE(flat, 2).frames.astype(float)
    assert photons.mean() == pytest.approx(128, abs=1)
    assert photons.std() == pytest.approx(255 * np.sqrt(128 / 255 / 25), rel=0.05)
