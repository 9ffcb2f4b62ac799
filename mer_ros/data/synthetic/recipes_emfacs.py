"""The recipes of generator 1.0, after EMFACS (Friesen and Ekman, 1983).

Micro-expressions show one to three units of a prototype, weakly. The weights are ours: for the negative
emotions mostly 4 and 4+7, then 9, 10, 14, 15, 17; for the positive one 12 and 6+12; for surprise 1+2, then
with 5 or 26.
"""

from __future__ import annotations

from mer_ros.data.synthetic.recipes import Recipe, Recipes

RECIPES: Recipes = {
    "happiness": (
        Recipe(("AU6", "AU12"), 0.50, typical=True),
        Recipe(("AU12",), 0.40),
        Recipe(("AU12", "AU25"), 0.10),
    ),
    "sadness": (
        Recipe(("AU1", "AU4", "AU15"), 0.20, typical=True),
        Recipe(("AU15", "AU17"), 0.20, typical=True),
        Recipe(("AU1", "AU4"), 0.20),
        Recipe(("AU15",), 0.15),
        Recipe(("AU17",), 0.10),
        Recipe(("AU1",), 0.05),
        Recipe(("AU4",), 0.10),
    ),
    "surprise": (
        Recipe(("AU1", "AU2"), 0.50, typical=True),
        Recipe(("AU1", "AU2", "AU5"), 0.20, typical=True),
        Recipe(("AU1", "AU2", "AU26"), 0.15, typical=True),
        Recipe(("AU2",), 0.10),
        Recipe(("AU5", "AU26"), 0.05),
    ),
    "fear": (
        Recipe(("AU1", "AU2", "AU4"), 0.30, typical=True),
        Recipe(("AU20",), 0.25, typical=True),
        Recipe(("AU4", "AU20"), 0.10),
        Recipe(("AU4", "AU5"), 0.10),
        Recipe(("AU1", "AU4"), 0.10),
        Recipe(("AU1", "AU2", "AU5"), 0.05),
        Recipe(("AU5",), 0.10),
    ),
    "anger": (
        Recipe(("AU4", "AU7"), 0.35, typical=True),
        Recipe(("AU4", "AU7", "AU23"), 0.15, typical=True),
        Recipe(("AU4",), 0.25),
        Recipe(("AU23",), 0.10),
        Recipe(("AU7",), 0.05),
        Recipe(("AU4", "AU5"), 0.05),
        Recipe(("AU17", "AU23"), 0.05),
    ),
    "disgust": (
        Recipe(("AU9",), 0.20, typical=True),
        Recipe(("AU9", "AU10"), 0.15, typical=True),
        Recipe(("AU10",), 0.20),
        Recipe(("AU4", "AU9"), 0.15),
        Recipe(("AU4", "AU7"), 0.10),
        Recipe(("AU4",), 0.10),
        Recipe(("AU9", "AU15"), 0.05),
        Recipe(("AU10", "AU17"), 0.05),
    ),
    "contempt": (
        Recipe(("AU12", "AU14"), 0.35, typical=True, one_sided=1.0),
        Recipe(("AU14",), 0.45, one_sided=1.0),
        Recipe(("AU12",), 0.10, one_sided=1.0),
        Recipe(("AU14", "AU17"), 0.10, one_sided=1.0),
    ),
}
