"""One or two sentences about an event. They describe facial movement, never feelings."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mer_ros.explanation.action_units import LIKELY, UnitProbabilities
from mer_ros.face.facs import UNIT_DESCRIPTIONS
from mer_ros.types import UNKNOWN, ExpressionEvent, Kind, Prediction

KIND_NAME = {Kind.MICRO: "micro", Kind.MACRO: "macro", Kind.UNKNOWN: "unclear kind"}

LEAST_RELEVANCE, MOST_NAMED = 0.15, 2
"""Smallest share of a region to be named, and the largest number of regions and of units."""

ONE_SIDE = {
    "AU4": "brow lowered",
    "AU6": "cheek raised",
    "AU12": "lip corner pulled up",
    "AU14": "lip corner dimpled",
    "AU15": "lip corner pulled down",
}
"""Appearance of a unit on one side, where it differs from ``UNIT_DESCRIPTIONS``."""


class NamedUnit(NamedTuple):
    """A unit that is more likely than not. side: the person's "right" or "left", or "". probability: 0..1."""

    unit: str
    side: str
    appearance: str
    probability: float

    @property
    def percent(self) -> str:
        """The probability in words: rounded, at most 99%, since nothing measured is certain."""
        return f"{min(self.probability, 0.99):.0%}"


def likely_units(units: tuple[str, ...], found: UnitProbabilities) -> list[NamedUnit]:
    """The units with a probability above ``LIKELY``, most probable first, at most ``MOST_NAMED``.

    units: K names. found: (K,) probabilities. A side is named if it is likely and the other one is not.

    >>> found = UnitProbabilities(*np.float32([[0.9, 0.3], [0.8, 0.2], [0.1, 0.2]]))
    >>> [one[:3] for one in likely_units(("AU12", "AU6"), found)]
    [('AU12', 'right', 'lip corner pulled up')]
    """
    named = []
    for k in np.argsort(-found.unit, kind="stable")[:MOST_NAMED]:
        if not found.unit[k] > LIKELY:
            continue
        right, left = found.right[k] > LIKELY, found.left[k] > LIKELY
        side = "" if right == left else "right" if right else "left"
        appearance = UNIT_DESCRIPTIONS[units[k]]
        if side:
            appearance = ONE_SIDE.get(units[k], appearance)
        named.append(NamedUnit(units[k], side, appearance, float(found.unit[k])))
    return named


def sentences(
    event: ExpressionEvent,
    prediction: Prediction,
    regions: tuple[str, ...],
    relevance: NDArray[np.float32],
    units: tuple[str, ...],
    found: UnitProbabilities,
) -> str:
    """Label and confidence, the regions that the model relied on, and the action units in the flow.

    regions, relevance: R names and (R,) shares of the heat map. units, found: K names and (K,) probabilities.
    Sides are those of the person.
    """
    span = f"{event.duration_s * 1000:.0f} ms"
    if prediction.label == UNKNOWN:
        first = f"A facial movement of {span} was not labelled: {prediction.reason or 'no reason was given'}"
        if prediction.confidence > 0:
            first += f" (closest: {prediction.best_label}, {prediction.confidence:.0%})"
    else:
        first = f"A facial movement of {span} is labelled {prediction.label} ({prediction.confidence:.0%})"
    order = np.argsort(-relevance, kind="stable")[:MOST_NAMED]
    looked = [regions[i] for i in order if relevance[i] >= LEAST_RELEVANCE]
    if looked:
        largest = (
            "largest part of the heat map is" if len(looked) == 1 else "largest parts of the heat map are"
        )
        first += f"; the {largest} on the {' and the '.join(looked)}"
    moved = [
        f"{one.unit}{f' on the {one.side}' if one.side else ''} ({one.appearance}, {one.percent})"
        for one in likely_units(units, found)
    ]
    second = f" Likely movement: {' and '.join(moved)}." if moved else ""
    return f"{first}.{second}"
