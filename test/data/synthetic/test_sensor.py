"""Sensor noise: its strength, its colours, its limits at black and white, and no memory."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mer_ros.data.synthetic import Conditions, synthetic_clip
from mer_ros.data.synthetic.sensor import COLOUR_SHARE, SensorNoise

SIZE_WH = (160, 120)
NOISELESS = Conditions(noise_sigma=0)


def flat(level: int) -> np.ndarray:
    return np.full((SIZE_WH[1], SIZE_WH[0], 3), level, np.uint8)


@pytest.fixture(scope="module")
def noise() -> SensorNoise:
    return SensorNoise(1, SIZE_WH, 3.0)


def test_without_noise_the_frame_stays_as_it_is() -> None:
    np.testing.assert_array_equal(SensorNoise(1, SIZE_WH, 0.0).add(flat(100), 5), flat(100))


def test_noise_has_its_strength_and_no_memory() -> None:
    clip, quiet = (synthetic_clip(seed=1, conditions=conditions) for conditions in (None, NOISELESS))
    face = np.s_[120:290, 250:390]  # no black there, which would cut the noise off
    frames = []
    for i in (10, 11, 12):
        grey, plain = (
            cv2.cvtColor(c.render(i), cv2.COLOR_BGR2GRAY).astype(np.float32) for c in (clip, quiet)
        )
        frames.append((grey - plain)[face])
    for one in frames:
        assert one.std() == pytest.approx(2.0, abs=0.15)
        assert abs(one.mean()) < 0.1
    for one, two in zip(frames, frames[1:], strict=False):
        assert abs(np.corrcoef(one.ravel(), two.ravel())[0, 1]) < 0.03


def test_the_channels_share_the_rest_of_their_power(noise: SensorNoise) -> None:
    blue, green, red = (noise.add(flat(128), 0).astype(float) - 128).reshape(-1, 3).T
    for one, other in ((blue, green), (green, red), (blue, red)):
        assert np.corrcoef(one, other)[0, 1] == pytest.approx(1 - COLOUR_SHARE**2, abs=0.03)


@pytest.mark.parametrize("level", [0, 255])
def test_at_black_and_white_the_noise_is_cut_and_does_not_wrap(noise: SensorNoise, level: int) -> None:
    seen = noise.add(flat(level), 2).astype(int)
    assert np.abs(seen - level).max() < 30
    assert (seen == level).mean() > 0.4 and (seen != level).mean() > 0.3


def test_a_frame_has_the_noise_of_its_index_and_of_its_seed(noise: SensorNoise) -> None:
    first = noise.add(flat(128), 7)
    noise.add(flat(128), 8)
    np.testing.assert_array_equal(noise.add(flat(128), 7), first)
    np.testing.assert_array_equal(SensorNoise(1, SIZE_WH, 3.0).add(flat(128), 7), first)
    for other in (noise.add(flat(128), 8), SensorNoise(2, SIZE_WH, 3.0).add(flat(128), 7)):
        assert abs(np.corrcoef(first.ravel(), other.ravel())[0, 1]) < 0.05
