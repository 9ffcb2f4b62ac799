"""Combinations of action units that depend on no emotion, for readers that must tell single units apart.

In the recipes, units occur together: AU6 is hardly ever without AU12. A reader of AU6 trained on them alone
learns the lip corner instead of the cheek. Here one to three units are drawn at random, each with its own
sides, so that no unit tells of another.
"""

from __future__ import annotations

import numpy as np

from mer_ros.data.synthetic.flow_samples import UNIT_STRENGTH
from mer_ros.data.synthetic.generator import generator
from mer_ros.data.synthetic.recipes import Recipe

N_UNITS = (0.5, 0.3, 0.2)
"""Probability of one, two and three units."""

ONE_SIDED = 0.3
"""Probability that a unit that can move one side alone does so."""


def draw_combination(
    emotion: str, rng: np.random.Generator, version: str
) -> tuple[Recipe, dict[str, float]]:
    """Random units and their relative strength on each side ("AU12R"). emotion: ignored."""
    own = generator(version)
    n = 1 + int(rng.choice(len(N_UNITS), p=N_UNITS))
    units = tuple(own.units[k] for k in np.sort(rng.choice(len(own.units), n, replace=False)))
    strengths = {}
    for unit in units:
        alone = Recipe((unit,), 1.0, one_sided=0.0 if unit in own.sides.midline else ONE_SIDED)
        right, left, _ = own.sides.draw(alone, rng, typical=False)
        strength = rng.uniform(*UNIT_STRENGTH)
        strengths[unit + "R"], strengths[unit + "L"] = strength * right, strength * left
    return Recipe(units, 1.0), strengths
