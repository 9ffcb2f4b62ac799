"""Procedural skin: what is where on a face."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mer_ros.data.synthetic.scenes.looks import Looks
from mer_ros.data.synthetic.scenes.relief import Relief, to_texture
from mer_ros.data.synthetic.scenes.skin import skin_colour


def level(colour: np.ndarray, relief: Relief, landmark: int, reach: int = 5) -> np.ndarray:
    """(3,) mean colour round a landmark."""
    x, y = np.rint(to_texture(relief.landmarks[landmark])).astype(int) - relief.origin_xy
    return colour[y - reach : y + reach + 1, x - reach : x + reach + 1].mean((0, 1))


def test_skin_lips_and_brows_have_their_colours(relief: Relief, looks: Looks) -> None:
    plain = replace(looks, stubble=0.0, beard=0.0, moles=0, freckles=0.0, density=1.0)
    colour = skin_colour(relief, plain)
    assert colour.shape == (*relief.triangle.shape, 3) and colour.dtype == np.float32
    cheek, lip, brow = (level(colour, relief, k) for k in (50, 17, 105))
    np.testing.assert_allclose(cheek, looks.skin, rtol=0.25)
    assert lip[1] / lip[2] < 0.9 * cheek[1] / cheek[2]  # redder
    assert brow.mean() < 0.7 * cheek.mean()


def test_a_beard_darkens_the_chin_and_not_the_forehead(relief: Relief, looks: Looks) -> None:
    bare, bearded = (skin_colour(relief, replace(looks, stubble=s, beard=s)) for s in (0.0, 0.9))
    assert level(bearded, relief, 175).mean() < 0.6 * level(bare, relief, 175).mean()
    np.testing.assert_allclose(level(bearded, relief, 151), level(bare, relief, 151), rtol=1e-4)


def test_moles_are_dark_and_skin_has_texture(relief: Relief, looks: Looks) -> None:
    clear, spotted = (skin_colour(relief, replace(looks, moles=n, freckles=0.0)) for n in (0, 60))
    on_face = relief.triangle >= 0
    assert (spotted[on_face] < 0.6 * clear[on_face]).any(axis=1).sum() > 100
    x, y = np.rint(to_texture(relief.landmarks[280])).astype(int) - relief.origin_xy
    patch = clear[y - 8 : y + 9, x - 8 : x + 9, 1]
    assert 0.01 < patch.std() / patch.mean() < 0.2
