"""Combinations of action units (recipes) of each emotion label, from what coders wrote.

The shares are those of the published coding sheets of CASME II, SAMM and the training part of DFME: for each
data set with five clips or more of the emotion the share of each combination, averaged over the data sets.
Units that the generator has not (16, 18, 38, ...) are left out of a combination, and combinations below about
one percent are left out of the table. The overlaps are real: coders labelled AU4 alone anger, disgust,
sadness and fear, and the face does not show which. ``recipes_emfacs`` has those of generator 1.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Recipe:
    """One combination of units.

    weight: share within its emotion. typical: identifies its emotion; in generator 2.0, the emotion has a
    posterior of 0.6 or more given the units, the combination a share of 0.02 or more, and more than the lids
    move. Demo clips show only typical recipes. one_sided: share of the clips that show it on one half of the
    face.
    """

    units: tuple[str, ...]
    weight: float
    typical: bool = False
    one_sided: float = 0.0


Recipes = Mapping[str, tuple[Recipe, ...]]
"""The recipes of each emotion."""

EMOTION_SHARES: Mapping[str, float] = {
    "happiness": 0.164,
    "sadness": 0.113,
    "surprise": 0.149,
    "fear": 0.108,
    "anger": 0.157,
    "disgust": 0.214,
    "contempt": 0.095,
}
"""Probability of each emotion: half of it equal for all, half the mean share in the three data sets."""

RECIPES: Recipes = {
    "happiness": (
        Recipe(("AU12",), 0.494, typical=True, one_sided=0.42),
        Recipe(("AU6", "AU12"), 0.238, typical=True, one_sided=0.17),
        Recipe(("AU15",), 0.046, typical=True, one_sided=0.71),
        Recipe(("AU14",), 0.035),
        Recipe(("AU7",), 0.022, one_sided=0.17),
        Recipe(("AU12", "AU24"), 0.02, typical=True),
        Recipe(("AU7", "AU12"), 0.018),
        Recipe(("AU12", "AU25"), 0.016, one_sided=1),
        Recipe(("AU2", "AU12"), 0.016, one_sided=1),
        Recipe(("AU12", "AU15"), 0.013, one_sided=0.14),
        Recipe(("AU4", "AU12"), 0.013, one_sided=1),
        Recipe(("AU24",), 0.013),
        Recipe(("AU1", "AU12"), 0.011),
        Recipe(("AU14", "AU15"), 0.011, one_sided=1),
        Recipe(("AU12", "AU14"), 0.011, one_sided=1),
        Recipe(("AU6", "AU7", "AU12"), 0.011),
        Recipe(("AU6", "AU12", "AU17"), 0.011),
    ),
    "sadness": (
        Recipe(("AU1",), 0.323, typical=True, one_sided=0.16),
        Recipe(("AU17",), 0.21, typical=True),
        Recipe(("AU15", "AU17"), 0.093, typical=True),
        Recipe(("AU12", "AU15"), 0.091, typical=True),
        Recipe(("AU4",), 0.087, one_sided=0.09),
        Recipe(("AU1", "AU4"), 0.054, typical=True),
        Recipe(("AU14",), 0.038, one_sided=0.04),
        Recipe(("AU4", "AU7"), 0.035),
        Recipe(("AU24",), 0.023),
        Recipe(("AU14", "AU24"), 0.02),
        Recipe(("AU15",), 0.015, one_sided=0.09),
        Recipe(("AU12",), 0.012, one_sided=0.78),
    ),
    "surprise": (
        Recipe(("AU1", "AU2"), 0.291, typical=True, one_sided=0.46),
        Recipe(("AU5",), 0.226),
        Recipe(("AU1", "AU2", "AU5"), 0.179, typical=True, one_sided=0.19),
        Recipe(("AU1",), 0.063),
        Recipe(("AU2",), 0.056, typical=True, one_sided=0.75),
        Recipe(("AU25", "AU26"), 0.025, typical=True),
        Recipe(("AU26",), 0.025, typical=True),
        Recipe(("AU5", "AU24"), 0.025, typical=True),
        Recipe(("AU1", "AU2", "AU14"), 0.025, typical=True, one_sided=1),
        Recipe(("AU25",), 0.015),
        Recipe(("AU1", "AU2", "AU25"), 0.015, one_sided=0.92),
        Recipe(("AU2", "AU12"), 0.014, one_sided=1),
        Recipe(("AU2", "AU26"), 0.014, one_sided=1),
        Recipe(("AU2", "AU14"), 0.014, one_sided=1),
        Recipe(("AU4",), 0.011),
    ),
    "fear": (
        Recipe(("AU20",), 0.415, typical=True, one_sided=0.59),
        Recipe(("AU4",), 0.12, one_sided=0.07),
        Recipe(("AU4", "AU7"), 0.081, one_sided=0.05),
        Recipe(("AU7", "AU20", "AU26"), 0.081, typical=True),
        Recipe(("AU20", "AU25", "AU26"), 0.081, typical=True),
        Recipe(("AU24",), 0.043),
        Recipe(("AU7",), 0.034, one_sided=0.19),
        Recipe(("AU5",), 0.032),
        Recipe(("AU4", "AU5"), 0.021),
        Recipe(("AU1", "AU4"), 0.019),
        Recipe(("AU17",), 0.019),
        Recipe(("AU1", "AU2", "AU5"), 0.017, one_sided=0.37),
        Recipe(("AU14", "AU24"), 0.015),
        Recipe(("AU12",), 0.011, one_sided=1),
        Recipe(("AU1",), 0.011),
    ),
    "anger": (
        Recipe(("AU7",), 0.341, one_sided=0.07),
        Recipe(("AU4",), 0.338, one_sided=0.07),
        Recipe(("AU4", "AU7"), 0.155, one_sided=0.02),
        Recipe(("AU23",), 0.031, typical=True),
        Recipe(("AU24",), 0.024),
        Recipe(("AU4", "AU5"), 0.017),
        Recipe(("AU17",), 0.01),
        Recipe(("AU4", "AU6", "AU7", "AU9"), 0.01),
        Recipe(("AU10",), 0.01, one_sided=0.67),
        Recipe(("AU4", "AU6"), 0.01, one_sided=0.67),
        Recipe(("AU14",), 0.01),
        Recipe(("AU14", "AU24"), 0.01),
        Recipe(("AU4", "AU17"), 0.01),
        Recipe(("AU4", "AU9"), 0.01),
        Recipe(("AU4", "AU10"), 0.01, one_sided=0.33),
    ),
    "disgust": (
        Recipe(("AU4", "AU7"), 0.222, one_sided=0.01),
        Recipe(("AU4",), 0.187, one_sided=0.06),
        Recipe(("AU10",), 0.182, typical=True, one_sided=0.68),
        Recipe(("AU4", "AU9"), 0.08, typical=True),
        Recipe(("AU4", "AU10"), 0.061, typical=True, one_sided=0.74),
        Recipe(("AU9",), 0.056, typical=True),
        Recipe(("AU12",), 0.054),
        Recipe(("AU10", "AU25", "AU26"), 0.054, typical=True, one_sided=1),
        Recipe(("AU4", "AU7", "AU10"), 0.027, typical=True),
        Recipe(("AU7",), 0.022, one_sided=0.23),
        Recipe(("AU4", "AU7", "AU9"), 0.02, typical=True),
        Recipe(("AU4", "AU6", "AU7"), 0.013),
        Recipe(("AU4", "AU9", "AU10"), 0.012),
        Recipe(("AU24",), 0.011),
    ),
    "contempt": (
        Recipe(("AU14",), 0.256, typical=True, one_sided=1),
        Recipe(("AU12",), 0.25, one_sided=1),
        Recipe(("AU12", "AU14"), 0.109, typical=True, one_sided=1),
        Recipe(("AU14", "AU17"), 0.098, typical=True, one_sided=1),
        Recipe(("AU6", "AU12"), 0.056, one_sided=0.9),
        Recipe(("AU14", "AU25", "AU26"), 0.049, typical=True),
        Recipe(("AU14", "AU17", "AU24"), 0.049, typical=True, one_sided=1),
        Recipe(("AU10",), 0.028, one_sided=1),
        Recipe(("AU7",), 0.028, one_sided=0.6),
        Recipe(("AU24",), 0.028),
        Recipe(("AU10", "AU12"), 0.022, typical=True, one_sided=1),
        Recipe(("AU15",), 0.017, one_sided=0.67),
        Recipe(("AU4",), 0.011),
    ),
}


def draw(emotion: str, rng: np.random.Generator, typical: bool = False, recipes: Recipes = RECIPES) -> Recipe:
    """A recipe of an emotion, drawn by weight. typical: only from the typical ones."""
    choices = [recipe for recipe in recipes[emotion] if recipe.typical or not typical]
    weights = np.array([recipe.weight for recipe in choices])
    return choices[int(rng.choice(len(choices), p=weights / weights.sum()))]
