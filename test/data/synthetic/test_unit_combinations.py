"""Random combinations: all units, alone often, on one side where that is possible."""

from __future__ import annotations

import numpy as np

from mer_ros.data.synthetic import TRAIN_SUBJECTS, flow_samples
from mer_ros.data.synthetic.generator import GENERATOR_VERSION, generator
from mer_ros.data.synthetic.unit_combinations import INDEPENDENT, N_UNITS, draw_combination, draw_mixed
from mer_ros.face.unit_coding import MIDLINE

N = 2000


def test_units_are_equally_frequent_and_do_not_tell_of_each_other():
    rng, units = np.random.default_rng(0), generator().units
    drawn = [draw_combination("fear", rng, GENERATOR_VERSION) for _ in range(N)]
    shown = np.array([[unit in recipe.units for unit in units] for recipe, _ in drawn])
    counts = np.bincount(shown.sum(1), minlength=4)[1:] / N
    np.testing.assert_allclose(counts, N_UNITS, atol=0.04)
    assert np.ptp(shown.mean(0)) < 0.05
    together = np.corrcoef(shown.T)[~np.eye(len(units), dtype=bool)]
    assert np.abs(together).max() < 0.12


def test_units_of_the_midline_move_both_sides_alike_and_others_often_one():
    rng, ratios = np.random.default_rng(1), {True: [], False: []}
    for _ in range(N):
        recipe, strengths = draw_combination("fear", rng, GENERATOR_VERSION)
        for unit in recipe.units:
            weak, strong = sorted((strengths[unit + "R"], strengths[unit + "L"]))
            ratios[unit in MIDLINE].append(weak / strong)
    assert set(ratios[True]) == {1.0}
    assert 0.1 < np.mean(np.array(ratios[False]) < 0.25) < 0.6


def test_flow_samples_show_the_drawn_units():
    own, again = (flow_samples(20, TRAIN_SUBJECTS[:2], 1, 32, draw=draw_combination) for _ in range(2))
    recipes = flow_samples(20, TRAIN_SUBJECTS[:2], 1, 32)
    assert own.data.tobytes() == again.data.tobytes() and not np.array_equal(own.data, recipes.data)
    assert own.action_units != recipes.action_units and max(map(len, own.action_units)) <= 3


def test_mixed_samples_are_recipes_or_random_combinations():
    rng, recipes = np.random.default_rng(2), {one.units for one in generator().recipes["sadness"]}
    drawn = [draw_mixed("sadness", rng, GENERATOR_VERSION)[0].units in recipes for _ in range(500)]
    assert INDEPENDENT < np.mean(drawn) < INDEPENDENT + 0.2  # some random ones are recipes by chance
