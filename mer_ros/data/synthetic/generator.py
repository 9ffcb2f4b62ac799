"""Versions of the generator: heads, units, recipes and sides.

A version is frozen: a change of what it generates needs a new version. Old versions stay selectable, so that
a score can be repeated with the data that it names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.heads import Head, PulledMesh, SculptedHead
from mer_ros.data.synthetic.heads.pulls_1 import PULLS_1
from mer_ros.data.synthetic.recipes import EMOTION_SHARES, RECIPES, Recipes
from mer_ros.data.synthetic.recipes_emfacs import RECIPES as RECIPES_EMFACS
from mer_ros.data.synthetic.sides import Sides
from mer_ros.errors import unknown_name
from mer_ros.face import facs
from mer_ros.face.unit_coding import MIDLINE
from mer_ros.types import EMOTIONS

GENERATOR_VERSION = "2.0"
"""The current version."""


@dataclass(frozen=True, eq=False)
class Generator:
    """One version.

    heads: by name; subjects are spread over them by their number. units: all units, in the order in which a
    subject's gains are drawn. shares: probability of each of ``types.EMOTIONS``; equal if empty.
    """

    version: str
    heads: Mapping[str, Head]
    units: tuple[str, ...]
    recipes: Recipes
    sides: Sides
    shares: Mapping[str, float]

    def head_of(self, subject_id: int) -> str:
        """Name of the head of a subject."""
        return tuple(self.heads)[subject_id % len(self.heads)]

    @property
    def priors(self) -> NDArray[np.float64]:
        """(7,) probability of each of ``types.EMOTIONS``."""
        shares = np.array([self.shares.get(emotion, 0.0) for emotion in EMOTIONS])
        return shares / shares.sum() if self.shares else np.full(len(EMOTIONS), 1 / len(EMOTIONS))


GENERATORS: Mapping[str, Generator] = {
    "1.0": Generator(
        version="1.0",
        heads={"photograph": PulledMesh(PULLS_1)},
        units=tuple(PULLS_1),
        recipes=RECIPES_EMFACS,
        sides=Sides(sigma=0.15, limit=0.5, weak_chance=0.12, weak_side=(0.0, 0.4), one_sided=(0.0, 0.25)),
        shares={},
    ),
    "2.0": Generator(
        version="2.0",
        heads={"photograph": PulledMesh(facs.PULLS), "parametric": SculptedHead()},
        units=facs.UNITS,
        recipes=RECIPES,
        sides=Sides(
            sigma=0.55,
            limit=0.9,
            weak_chance=0.0,
            weak_side=(0.0, 0.4),
            one_sided=(0.0, 0.25),
            upper_sigma=0.2,
            upper_one_sided=(0.3, 0.7),
            midline=MIDLINE,
        ),  # fmt: skip
        shares=EMOTION_SHARES,
    ),
}
"""All versions. "photograph": the mesh of one photograph, moved by pulls; "parametric": the sculpted head."""


def generator(version: str = GENERATOR_VERSION) -> Generator:
    """The generator of a version. Raises ConfigError for an unknown one."""
    if version not in GENERATORS:
        raise unknown_name("version of the generator", version, GENERATORS)
    return GENERATORS[version]
