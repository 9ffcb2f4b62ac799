"""Preparation of a clip: settings, checks, magnification, and their order."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.errors import ConfigError, InputError
from mer_ros.recognition.lbp import ClipConfig
from mer_ros.recognition.lbp.clip import MAX_VALUE, check, magnify
from mer_ros.recognition.lbp.tim import interpolate


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"frames": 1}, "'frames' is 1: give 0, or 2 to 1000"),
        ({"frames": 1001}, "'frames' is 1001"),
        ({"magnification": 0.5}, "'magnification' is 0.5: give 1 to 100"),
        ({"magnification": 101.0}, "'magnification' is 101.0"),
        ({"magnification": float("nan")}, "'magnification' is nan"),
    ],
)
def test_settings_out_of_range_are_refused(settings, says):
    with pytest.raises(ConfigError, match=says):
        ClipConfig(**settings)


@pytest.mark.parametrize("value", [0.0, 0.9 * MAX_VALUE, -0.9 * MAX_VALUE])
def test_a_clip_of_two_frames_and_extreme_values_is_accepted(value):
    check(np.full((2, 1, 1), value, np.float32))
    check(np.empty((2, 0, 3), np.float32))  # the descriptor refuses its size


def test_the_largest_value_is_the_same_for_the_decision_and_for_the_count():
    clip = np.zeros((2, 2, 2), np.float32)
    clip[0, 0, 0] = 1e30  # float32 rounds it up
    check(clip)
    clip[0, 0, 0] = np.nextafter(np.float32(1e30), np.float32(np.inf))
    with pytest.raises(InputError, match="1 of 8 in all"):
        check(clip)


def test_a_value_that_is_not_finite_is_found_among_others():
    clip = np.zeros((2, 2, 2), np.float32)
    clip[1, 1, 1] = np.nan
    with pytest.raises(InputError, match="contains NaN or values .*, 1 of 8 in all"):
        check(clip)


def test_without_settings_a_clip_is_prepared_as_it_is():
    clip = np.random.default_rng(0).integers(0, 256, (3, 4, 6), np.uint8)
    assert ClipConfig().prepare(clip) is clip
    part = ClipConfig().prepare(clip[:, ::2, ::-1])
    assert part.flags.c_contiguous and part.dtype == np.uint8
    np.testing.assert_array_equal(part, clip[:, ::2, ::-1])


def test_magnification_enlarges_what_moved():
    clip = np.full((3, 2, 2), 100, np.uint8)
    clip[1:, 0, 0] = [103, 90]
    out = magnify(clip, 10)
    assert out.dtype == np.float32
    assert out[:, 0, 0].tolist() == [100, 130, 0]
    assert (out[:, 1] == 100).all()
    assert clip[:, 0, 0].tolist() == [100, 103, 90]


def test_magnification_comes_before_interpolation():
    clip = np.random.default_rng(1).integers(0, 256, (5, 3, 3), np.uint8)
    found = ClipConfig(frames=8, magnification=4).prepare(clip)
    np.testing.assert_array_equal(found, interpolate(magnify(clip, 4), 8))
