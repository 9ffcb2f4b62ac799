"""How an expression is divided between the two sides of a face."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.recipes import Recipe

BINS = 200
"""Bins of the ratio, in addition to edges at the ends of its ranges; exact where only one range applies."""

_TINY = 1e-12

UPPER_FACE = frozenset({"AU1", "AU2", "AU4", "AU5", "AU6", "AU7", "AU9"})
"""Units of brows, lids and nose, which move both sides more alike than those of the mouth."""


@dataclass(frozen=True)
class Sides:
    """Distribution of the two sides of an expression.

    On both sides: right 1 + a, left 1 - a, with a ~ N(0, sigma) clipped to +-limit; or, with the probability
    ``weak_chance``, the weak side keeps U(weak_side). One-sided: the weak side keeps U(one_sided). All ranges
    are within 0..1. upper_sigma, upper_one_sided: the same for expressions of the upper face alone, where one
    muscle reaches both sides; as below if None. midline: units that keep both sides in a one-sided
    expression.
    """

    sigma: float
    limit: float
    weak_chance: float
    weak_side: tuple[float, float]
    one_sided: tuple[float, float]
    upper_sigma: float | None = None
    upper_one_sided: tuple[float, float] | None = None
    midline: frozenset[str] = frozenset()

    def draw(self, recipe: Recipe, rng: np.random.Generator, typical: bool) -> tuple[float, float, bool]:
        """Factors of the right and the left side, and whether the expression is one-sided.

        typical: an expression on both sides has no weak side.
        """
        asymmetry = float(np.clip(rng.normal(0, self._sigma(recipe.units)), -self.limit, self.limit))
        right, left = 1 + asymmetry, 1 - asymmetry
        one_sided = recipe.one_sided == 1 or (recipe.one_sided > 0 and rng.uniform() < recipe.one_sided)
        if one_sided or (not typical and rng.uniform() < self.weak_chance):
            weak = rng.uniform(*(self._one_sided(recipe.units) if one_sided else self.weak_side))
            right, left = (1.0, weak) if rng.uniform() < 0.5 else (weak, 1.0)
        return right, left, one_sided

    def ends(self) -> NDArray[np.float64]:
        """Upper ends of the bins of the ratio min(R, L) / max(R, L), 0..1.

        The first bin is the ratio 0, the others are (lower, upper].
        """
        ranges = (*self.weak_side, *self.one_sided, *(self.upper_one_sided or ()))
        return np.unique([*np.linspace(0, 1, BINS + 1), *ranges, self._least])

    def masses(self, recipe: Recipe) -> NDArray[np.float64]:
        """Probability of each bin of the ratio in expressions of a recipe."""
        ends, sigma = self.ends(), self._sigma(recipe.units)
        balanced = np.array([self._balanced(ratio, sigma) for ratio in ends])
        two = (1 - self.weak_chance) * balanced + self.weak_chance * _uniform(ends, self.weak_side)
        one = _uniform(ends, self._one_sided(recipe.units))
        return np.diff(recipe.one_sided * one + (1 - recipe.one_sided) * two, prepend=0)

    @property
    def _least(self) -> float:
        return (1 - self.limit) / (1 + self.limit)

    def _sigma(self, units: tuple[str, ...]) -> float:
        if self.upper_sigma is not None and UPPER_FACE.issuperset(units):
            return self.upper_sigma
        return self.sigma

    def _one_sided(self, units: tuple[str, ...]) -> tuple[float, float]:
        if self.upper_one_sided is not None and UPPER_FACE.issuperset(units):
            return self.upper_one_sided
        return self.one_sided

    def _balanced(self, ratio: float, sigma: float) -> float:
        """P((1 - |a|) / (1 + |a|) <= ratio); clipped values have the ratio ``_least``."""
        if ratio < self._least:
            return 0.0
        return math.erfc((1 - ratio) / (1 + ratio) / (sigma * math.sqrt(2)))


def _uniform(values: NDArray[np.float64], ends: tuple[float, float]) -> NDArray[np.float64]:
    """P(x <= values) for x ~ U(ends)."""
    low, high = ends
    return np.clip((values - low) / max(high - low, _TINY), 0, 1)
