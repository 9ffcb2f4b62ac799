"""Drawn things: where they are, and their colour."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.corruptions import Shot, occluders


@pytest.mark.parametrize("thing", occluders.OCCLUDERS, ids=lambda thing: thing.name)
def test_a_thing_is_drawn_with_colours_and_an_opacity(thing: occluders.Occluder) -> None:
    colour, opacity = thing.draw(np.array([120.0, 140.0, 190.0]), np.random.default_rng(0))
    assert colour.shape == (*opacity.shape, 3) and opacity.min() >= 0 and opacity.max() <= 1
    assert 0.02 < (opacity > 0.5).mean() < 0.6


def test_a_thing_moves_with_its_shift_in_the_frame_of_the_face(shot: Shot) -> None:
    canvas = occluders.MASK.draw(np.full(3, 150.0), np.random.default_rng(0))
    affine = occluders.frame_affine(shot.landmarks[0])
    tops = []
    for shift in (0.0, 0.5):
        opacity = occluders.composite(shot.frames[0], canvas, affine, (0.0, shift))[1]
        tops.append(np.nonzero(opacity.max(axis=1) > 0.5)[0].min())
    scale = float(np.hypot(*affine[:, 0]))
    assert tops[1] - tops[0] == pytest.approx(0.5 * scale, abs=3)
