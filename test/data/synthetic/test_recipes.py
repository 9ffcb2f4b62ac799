"""Recipes name real units, typical ones identify their emotion, and recipes are drawn by their weight."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic import recipes, recipes_emfacs
from mer_ros.data.synthetic.generator import GENERATORS
from mer_ros.types import EMOTIONS

LIDS = {"AU5", "AU7"}
POSTERIOR, SHARE = 0.6, 0.02


@pytest.mark.parametrize("emotion", EMOTIONS)
@pytest.mark.parametrize("version", GENERATORS)
def test_recipes_of_an_emotion(version: str, emotion: str) -> None:
    own = GENERATORS[version]
    table = own.recipes[emotion]
    total = sum(recipe.weight for recipe in table)
    assert total == pytest.approx(1.0, abs=0.01)  # of rounding, with three digits
    assert any(recipe.typical for recipe in table)
    assert all(1 <= len(recipe.units) <= 4 and set(recipe.units) <= set(own.units) for recipe in table)
    assert all(len(set(recipe.units)) == len(recipe.units) for recipe in table)
    assert all(recipe.weight > 0 and 0 <= recipe.one_sided <= 1 for recipe in table)
    assert len({frozenset(recipe.units) for recipe in table}) == len(table)


def test_typical_recipes_are_those_of_the_rule() -> None:
    """Posterior of 0.6 or more given the units, a share of 0.02 or more, and more than the lids."""
    for emotion, table in recipes.RECIPES.items():
        for recipe in table:
            chance = {
                other: recipes.EMOTION_SHARES[other]
                * sum(r.weight for r in rivals if set(r.units) == set(recipe.units))
                for other, rivals in recipes.RECIPES.items()
            }
            posterior = chance[emotion] / sum(chance.values())
            holds = posterior >= POSTERIOR and recipe.weight >= SHARE and not set(recipe.units) <= LIDS
            assert recipe.typical == holds, (emotion, recipe, round(posterior, 3))


def test_a_typical_recipe_of_the_first_version_is_most_likely_its_own_emotion() -> None:
    for emotion, table in recipes_emfacs.RECIPES.items():
        for recipe in (recipe for recipe in table if recipe.typical):
            for other in set(EMOTIONS) - {emotion}:
                rivals = [
                    r
                    for r in recipes_emfacs.RECIPES[other]
                    if (r.units, r.one_sided) == (recipe.units, recipe.one_sided)
                ]
                assert all(rival.weight * 2 < recipe.weight for rival in rivals)


def test_the_shares_of_the_emotions() -> None:
    assert set(recipes.EMOTION_SHARES) == set(EMOTIONS)
    assert sum(recipes.EMOTION_SHARES.values()) == pytest.approx(1)
    assert min(recipes.EMOTION_SHARES.values()) > 1 / 14, "half of it is equal for all"


def test_recipes_are_drawn_as_often_as_they_weigh() -> None:
    rng = np.random.default_rng(0)
    table = recipes.RECIPES["surprise"]
    drawn = [recipes.draw("surprise", rng).units for _ in range(4000)]
    total = sum(recipe.weight for recipe in table)
    for recipe in table:
        assert drawn.count(recipe.units) / 4000 == pytest.approx(recipe.weight / total, abs=0.03)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_only_typical_recipes_are_drawn_if_asked(emotion: str) -> None:
    rng = np.random.default_rng(1)
    typical = {recipe.units for recipe in recipes.RECIPES[emotion] if recipe.typical}
    assert {recipes.draw(emotion, rng, typical=True).units for _ in range(400)} == typical


def test_another_table_can_be_drawn_from() -> None:
    rng = np.random.default_rng(2)
    drawn = {recipes.draw("fear", rng, recipes=recipes_emfacs.RECIPES).units for _ in range(400)}
    assert drawn == {recipe.units for recipe in recipes_emfacs.RECIPES["fear"]}
