"""The looks of the subjects: repeatable, over the human range, by the traits of the identity."""

from __future__ import annotations

import numpy as np

from mer_ros.data.synthetic.heads.sculpted import traits
from mer_ros.data.synthetic.scenes.looks import MELANIN, SKIN_RGB, Looks, linear

MANY = [Looks.of(number) for number in range(120)]


def test_a_subject_always_looks_the_same() -> None:
    one, again = Looks.of(7), Looks.of(7)
    np.testing.assert_array_equal(one.skin, again.skin)
    assert one.hair == again.hair and one.moles == again.moles


def test_skin_covers_the_range_of_the_table_and_follows_ancestry() -> None:
    light = np.array([looks.skin.mean() for looks in MANY])
    palest, darkest = (linear(SKIN_RGB[k]).mean() for k in (0, -1))
    assert light.min() < 2.5 * darkest and light.max() > 0.85 * palest
    african = [traits(number).origin[list(MELANIN).index("african")] for number in range(120)]
    assert np.corrcoef(light, african)[0, 1] < -0.7


def test_beards_belong_to_men_and_every_cut_occurs() -> None:
    for number, looks in enumerate(MANY):
        if traits(number).male <= 0.5:
            assert looks.beard == looks.stubble == 0 and looks.hair != "none"
    assert {looks.hair for looks in MANY} == {"none", "cropped", "short", "long"}
    assert any(looks.beard > 0.4 for looks in MANY)


def test_the_light_comes_from_above_and_before_the_face() -> None:
    for looks in MANY:
        assert abs(np.linalg.norm(looks.light) - 1) < 1e-9 and looks.light[1] < 0 and looks.light[2] < 0


def test_colours_are_linear_light_in_the_order_of_opencv() -> None:
    np.testing.assert_allclose(linear((255, 0, 0)), [0, 0, 1])
    assert abs(linear((186, 186, 186))[0] - 0.5) < 0.01
