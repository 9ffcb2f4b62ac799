"""Recipes name real units and all seven emotions; subjects of different uses never meet."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.data.synthetic import (
    DEMO_SUBJECTS,
    EVALUATION_SUBJECTS,
    TRAIN_SUBJECTS,
    VALIDATION_SUBJECTS,
    recipes,
)
from mer_ros.data.synthetic.subject import SHAPE_SIGMA, make_subject
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


def test_the_subjects_of_every_use_are_disjoint() -> None:
    uses = (TRAIN_SUBJECTS, VALIDATION_SUBJECTS, EVALUATION_SUBJECTS, DEMO_SUBJECTS)
    ranges = [set(subjects) for subjects in uses]
    assert sum(map(len, ranges)) == len(set.union(*ranges))


def test_a_subject_is_the_same_each_time_and_unlike_others() -> None:
    make_subject.cache_clear()
    first = make_subject(7)
    make_subject.cache_clear()
    again = make_subject(7)
    np.testing.assert_array_equal(first.mesh(), again.mesh())
    assert np.abs(first.mesh() - make_subject(8).mesh()).max() > 0.01


def test_subjects_stay_within_their_ranges_and_keep_their_topology() -> None:
    for subject_id in range(40):
        subject = make_subject(subject_id)
        assert all(abs(subject.shape[name]) <= 2 * sigma for name, sigma in SHAPE_SIGMA.items())
        mesh = subject.mesh()
        assert mesh[13, 1] < mesh[14, 1]  # upper lip above lower lip
        assert mesh[159, 1] < mesh[145, 1]  # upper lid above lower lid
        assert mesh[61, 0] < mesh[13, 0] < mesh[291, 0]
