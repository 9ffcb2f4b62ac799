"""Hair covers the scalp, raises it and leaves the face free."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mer_ros.data.synthetic.scenes import hair
from mer_ros.data.synthetic.scenes.looks import Hair, Looks
from mer_ros.data.synthetic.scenes.relief import Relief, average_vertices, to_texture


def test_only_the_scalp_is_raised(looks: Looks) -> None:
    raised = hair.thickness(replace(looks, hair="short"))
    top = average_vertices()[:, 1] < -1.2
    face = (average_vertices()[:, 1] > 0) & (average_vertices()[:, 2] < 0.2)
    assert raised[top].min() > 0.08 and not raised[face].any()
    assert not hair.thickness(replace(looks, hair="none")).any()


@pytest.mark.parametrize("cut", ["none", "cropped", "short", "long"])
def test_hair_leaves_the_face_free(relief: Relief, looks: Looks, cut: Hair) -> None:
    cover = hair.hair_cover(relief, replace(looks, hair=cut))
    assert (cover.max() > 0.8) == (cut != "none")
    for landmark in (4, 50, 280, 152, 9, 105):
        x, y = np.rint(to_texture(relief.landmarks[landmark])).astype(int) - relief.origin_xy
        assert cover[y, x] == 0


def test_hair_has_its_colour_and_strands(relief: Relief, looks: Looks) -> None:
    colour = hair.hair_colour(relief, looks)
    on_head = hair.hair_cover(relief, looks) > 0.9
    np.testing.assert_allclose(colour[on_head].mean(0), looks.hair_colour, rtol=0.2)
    assert colour[on_head, 1].std() / looks.hair_colour[1] > 0.1


def test_long_hair_falls_beside_the_face(relief: Relief, looks: Looks) -> None:
    own = replace(looks, hair="long")
    cover, colour = hair.long_hair(relief, own)
    assert cover.shape == (720, 960) and colour.shape == (720, 960, 3)
    picture, drawn = np.zeros((720, 960, 3), np.float32), np.zeros((720, 960), np.float32)
    hair.draw_curtains(picture, drawn, relief, own)
    for ear, cheek in ((234, 50), (454, 280)):
        x, y = np.rint(to_texture(relief.landmarks[ear])).astype(int)
        beside = 6 if ear == 454 else -6
        assert drawn[y, x + 2 * beside] == 1 and cover[y, x + 2 * beside] == 1
        x, y = np.rint(to_texture(relief.landmarks[cheek])).astype(int)
        assert drawn[y, x] == 0
