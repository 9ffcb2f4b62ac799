"""Both sides of an expression: draws follow the probabilities; each kind of unit has its asymmetry."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic.flow_samples import draw_strengths
from mer_ros.data.synthetic.generator import GENERATORS, generator
from mer_ros.data.synthetic.recipes import Recipe
from mer_ros.data.synthetic.sides import UPPER_FACE, Sides
from mer_ros.face.facs import UNITS
from mer_ros.face.unit_coding import MIDLINE

DRAWS = 6000
SMILE, FROWN = Recipe(("AU12",), 1, one_sided=0.4), Recipe(("AU4",), 1, one_sided=0.4)


def drawn(sides: Sides, recipe: Recipe, typical: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """(DRAWS, 2) factors of right and left, and (DRAWS,) whether the expression is one-sided."""
    rng = np.random.default_rng(3)
    rows = [sides.draw(recipe, rng, typical) for _ in range(DRAWS)]
    return np.array([row[:2] for row in rows]), np.array([row[2] for row in rows])


def ratios(factors: np.ndarray) -> np.ndarray:
    return factors.min(1) / factors.max(1)


@pytest.mark.parametrize("version", GENERATORS)
@pytest.mark.parametrize(
    "recipe",
    [SMILE, FROWN, Recipe(("AU4", "AU12"), 1), Recipe(("AU4",), 1), Recipe(("AU14",), 1, one_sided=1)],
    ids=["mouth", "brow", "both, two-sided", "brow, two-sided", "mouth, one-sided"],
)
def test_draws_follow_the_masses(version: str, recipe: Recipe) -> None:
    sides = generator(version).sides
    masses = sides.masses(recipe)
    assert masses.sum() == pytest.approx(1) and (masses >= 0).all()
    found = np.sort(ratios(drawn(sides, recipe)[0]))
    below = np.searchsorted(found, sides.ends() + 1e-9, side="right") / DRAWS
    assert np.abs(below - masses.cumsum()).max() < 1.95 / np.sqrt(DRAWS)  # Kolmogorov-Smirnov, p < .001


@pytest.mark.parametrize("share", [0.0, 0.16, 0.42, 1.0])
def test_the_share_of_one_sided_expressions(share: float) -> None:
    sides = generator("2.0").sides
    factors, one_sided = drawn(sides, Recipe(("AU12",), 1, one_sided=share))
    assert one_sided.mean() == pytest.approx(share, abs=4 * np.sqrt(0.25 / DRAWS))
    assert (ratios(factors)[one_sided] <= sides.one_sided[1]).all()
    right = factors[one_sided, 0] > factors[one_sided, 1]
    assert share == 0 or right.mean() == pytest.approx(0.5, abs=0.08)


def test_the_upper_face_moves_more_evenly() -> None:
    sides = generator("2.0").sides
    spread, weakest = {}, {}
    for name, recipe in (("mouth", SMILE), ("brow", FROWN)):
        factors, one_sided = drawn(sides, recipe)
        spread[name] = (factors[~one_sided, 0] - 1).std()
        weakest[name] = ratios(factors)[one_sided]
    assert sides.upper_sigma == 0.2
    assert spread["brow"] == pytest.approx(0.2, abs=0.01)
    assert 0.45 < spread["mouth"] < 0.55  # 0.55 without the limit
    assert weakest["brow"].min() >= 0.3 and 0.6 < weakest["brow"].max() <= 0.7
    assert weakest["mouth"].max() <= 0.25


def test_one_unit_of_the_mouth_makes_an_expression_one_of_the_mouth() -> None:
    sides = generator("2.0").sides
    np.testing.assert_array_equal(
        sides.masses(Recipe(("AU4", "AU12"), 1)), sides.masses(Recipe(("AU12",), 1))
    )
    assert not np.array_equal(sides.masses(Recipe(("AU4",), 1)), sides.masses(Recipe(("AU12",), 1)))
    assert UPPER_FACE < set(UNITS) and MIDLINE < set(UNITS) and not UPPER_FACE & MIDLINE


def test_units_of_the_midline_keep_both_sides_in_a_one_sided_expression() -> None:
    """Contempt with a raised chin: the corner of the mouth moves on one side, the chin on both."""
    rng, seen = np.random.default_rng(0), 0
    for _ in range(400):
        recipe, strengths = draw_strengths("contempt", rng)
        if recipe.units == ("AU14", "AU17"):
            seen += 1
            assert strengths["AU17R"] == strengths["AU17L"] > 0
            sides = strengths["AU14R"], strengths["AU14L"]
            assert min(sides) <= 0.25 * max(sides)
    assert seen > 10


def test_generator_1_has_no_midline() -> None:
    rng = np.random.default_rng(0)
    drawn = [draw_strengths("contempt", rng, version="1.0") for _ in range(300)]
    chins = [strengths for recipe, strengths in drawn if recipe.units == ("AU14", "AU17")]
    assert chins and all(min(s["AU17R"], s["AU17L"]) <= 0.25 * max(s["AU17R"], s["AU17L"]) for s in chins)


def test_a_weak_side_is_drawn_with_its_probability_unless_typical() -> None:
    sides = generator("1.0").sides
    two_sided = Recipe(("AU12",), 1)
    weak = ratios(drawn(sides, two_sided)[0]) < sides.weak_side[1] - 0.1  # |a| < 0.5: a ratio over 1/3
    assert weak.mean() == pytest.approx(0.12 * 0.3 / 0.4, abs=0.015)
    assert ratios(drawn(sides, two_sided, typical=True)[0]).min() >= 1 / 3 - 1e-9
