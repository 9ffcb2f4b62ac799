"""The texture of a subject at rest: head and body are covered, eyes and wall are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mer_ros.data.synthetic.scenes.lids import LidMargins
from mer_ros.data.synthetic.scenes.lips import LipLine
from mer_ros.data.synthetic.scenes.looks import Hair, Looks
from mer_ros.data.synthetic.scenes.portrait import Portrait
from mer_ros.data.synthetic.scenes.relief import Relief, to_texture
from mer_ros.data.synthetic.subject import Subject


@pytest.mark.parametrize("cut", ["none", "long"])
def test_what_covers_the_wall(
    relief: Relief, lids: LidMargins, lips: LipLine, looks: Looks, cut: Hair
) -> None:
    portrait = Portrait(relief, replace(looks, hair=cut), lids, lips)
    assert portrait.texture.shape == (720, 960, 3) and portrait.texture.dtype == np.uint8
    assert portrait.cover.shape == (720, 960)
    for landmark in (4, 50, 280, 152, 10, 61, 291, 13, 14):
        x, y = np.rint(to_texture(relief.landmarks[landmark])).astype(int)
        assert portrait.cover[y, x] == 255
    for upper, lower in lids.eyes:
        x, y = np.rint((upper[len(upper) // 2] + lower[len(lower) // 2]) / 2 + (0, 2)).astype(int)
        assert portrait.cover[y, x] < 150
    assert portrait.cover[5, 5] == 0 and portrait.cover[-1, 480] == 255  # wall, shirt


def test_light_from_one_side_brightens_that_side(
    relief: Relief, lids: LidMargins, lips: LipLine, looks: Looks
) -> None:
    light = np.array([0.7, -0.2, -0.7])
    portrait = Portrait(relief, replace(looks, light=light, moles=0, freckles=0.0), lids, lips)
    right, left = np.rint(to_texture(relief.landmarks[[50, 280]])).astype(int)
    patches = [portrait.texture[y - 6 : y + 7, x - 6 : x + 7].mean() for x, y in (right, left)]
    assert patches[1] > patches[0] + 8


def test_a_frame_that_ends_above_the_shoulders_is_no_fault(looks: Looks, sculpted: Subject) -> None:
    close = Relief(sculpted, (160, 130), 90.0)
    portrait = Portrait(close, looks, LidMargins(close), LipLine(close))
    assert portrait.texture.shape == (390, 480, 3)
