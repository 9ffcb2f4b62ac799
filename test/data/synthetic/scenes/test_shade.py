"""Soft light by hand: a surface towards the lamp, beside it and away from it."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic.scenes import shade

LAMP = np.array([0.0, 0.0, -1.0])
FACING = np.array([[0, 0, -1.0], [1, 0, 0], [0, 0, 1.0]], np.float32)


def test_brightness_falls_from_the_lamp_to_the_dark() -> None:
    towards, beside, away = shade.brightness(FACING, LAMP)
    np.testing.assert_allclose(towards, shade.AMBIENT + shade.KEY, rtol=1e-5)
    np.testing.assert_allclose(away, shade.AMBIENT, rtol=1e-5)
    assert beside[0] < beside[1] < beside[2] < towards[2]  # red light reaches farthest


def test_a_surface_that_turns_from_the_lamp_gets_darker() -> None:
    rest = FACING[None, :1]
    assert shade.relative_brightness(rest, rest, LAMP)[0, 0] == pytest.approx(1)
    factor = shade.relative_brightness(rest, FACING[None, 2:], LAMP)[0, 0]
    expected = (shade.AMBIENT / (shade.AMBIENT + shade.KEY)) ** (1 / shade.GAMMA)
    assert factor == pytest.approx(expected, rel=1e-4)


def test_gloss_is_strongest_between_lamp_and_camera() -> None:
    shine = shade.gloss(FACING, LAMP)
    assert shine[0] == pytest.approx(shade.GLOSS) and shine[1] == shine[2] == 0


def test_a_pit_is_darker_than_the_plain() -> None:
    depth = np.zeros((60, 60), np.float32)
    depth[28:32, 28:32] = 6.0
    seen, facing = np.ones(depth.shape, np.bool_), np.ones(depth.shape, np.float32)
    sky = shade.hollows(depth, facing, seen, 60.0)
    assert sky[30, 30] < 0.8 and sky[5, 5] == pytest.approx(1)
    assert shade.hollows(depth, np.zeros_like(facing), seen, 60.0).min() == 1


def test_grey_levels_are_encoded_with_a_power() -> None:
    assert shade.encoded(np.array([0, 0.5, 1, 2], np.float32)).tolist() == [0, 186, 255, 255]
