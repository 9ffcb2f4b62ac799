"""Recipes name real units, identify their emotion if they are typical, and are drawn by their weight."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic import recipes
from mer_ros.face.facs import UNITS
from mer_ros.types import EMOTIONS


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_recipes_of_an_emotion(emotion: str) -> None:
    table = recipes.RECIPES[emotion]
    assert sum(recipe.weight for recipe in table) == pytest.approx(1.0)
    assert any(recipe.typical for recipe in table)
    assert all(1 <= len(recipe.units) <= 3 and set(recipe.units) <= set(UNITS) for recipe in table)
    assert len({recipe.units for recipe in table}) == len(table)


def test_a_typical_recipe_is_most_likely_its_own_emotion() -> None:
    for emotion, table in recipes.RECIPES.items():
        for recipe in (recipe for recipe in table if recipe.typical):
            for other in set(EMOTIONS) - {emotion}:
                rivals = [
                    r
                    for r in recipes.RECIPES[other]
                    if (r.units, r.one_sided) == (recipe.units, recipe.one_sided)
                ]
                assert all(rival.weight * 2 < recipe.weight for rival in rivals)


def test_recipes_are_drawn_as_often_as_they_weigh() -> None:
    rng = np.random.default_rng(0)
    drawn = [recipes.draw("surprise", rng).units for _ in range(4000)]
    for recipe in recipes.RECIPES["surprise"]:
        assert drawn.count(recipe.units) / 4000 == pytest.approx(recipe.weight, abs=0.03)
