"""Combinations of action units that depend on no emotion, for readers that must tell single units apart.

In the recipes, units occur together: AU6 is hardly ever without AU12. A reader of AU6 trained on them alone
learns the lip corner instead of the cheek. Here one to three units are drawn at random, each with its own
sides, so that no unit tells of another.
"""

from __future__ import annotations

import numpy as np

from mer_ros.data.synthetic.flow_samples import UNIT_STRENGTH, draw_strengths
from mer_ros.data.synthetic.generator import generator
from mer_ros.data.synthetic.recipes import Recipe

N_UNITS = (0.5, 0.3, 0.2)
"""Probability of one, two and three units."""

INDEPENDENT = 0.5
"""Share of random combinations in ``draw_mixed``."""

ONE_SIDED = 0.3
"""Probability that a unit off the midline moves one side; units of the midline move both sides alike."""


def draw_combination(emotion: str, rng: np.random.Generator, version: str) -> tuple[Recipe, dict[str, float]]:
    """Random units and their relative strength on each side ("AU12R"). emotion: ignored."""
    own = generator(version)
    n = 1 + int(rng.choice(len(N_UNITS), p=N_UNITS))
    units = tuple(own.units[k] for k in np.sort(rng.choice(len(own.units), n, replace=False)))
    strengths = {}
    for unit in units:
        right, left, _ = own.sides.draw(Recipe((unit,), 1.0, one_sided=ONE_SIDED), rng, typical=False)
        if unit in own.sides.midline:
            right = left = 1.0
        strength = rng.uniform(*UNIT_STRENGTH)
        strengths[unit + "R"], strengths[unit + "L"] = strength * right, strength * left
    return Recipe(units, 1.0), strengths


def draw_mixed(emotion: str, rng: np.random.Generator, version: str) -> tuple[Recipe, dict[str, float]]:
    """A random combination with the probability ``INDEPENDENT``, else a recipe of the emotion."""
    if rng.uniform() < INDEPENDENT:
        return draw_combination(emotion, rng, version)
    return draw_strengths(emotion, rng, version=version)
