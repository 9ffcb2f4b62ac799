"""A few sentences about an event, in one of several languages. They describe movement, never feelings."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mer_ros.explanation.action_units import LIKELY, UnitProbabilities
from mer_ros.explanation.languages import DEFAULT_LANGUAGE, LANGUAGES, Phrases
from mer_ros.types import UNKNOWN, ExpressionEvent, Prediction

LEAST_RELEVANCE, MOST_NAMED = 0.15, 2
"""Smallest share of a region to be named, and the largest number of regions and of units."""

SECOND_LIKELY = 0.7
"""A second unit is named above this probability. Of second units above ``LIKELY`` fewer are right: with rough
noise on unseen subjects, 57 % of them were shown, and 87 % of the first ones."""

KIND_NAME = LANGUAGES.get(DEFAULT_LANGUAGE).kinds


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


def likely_units(
    units: tuple[str, ...], found: UnitProbabilities, language: str = DEFAULT_LANGUAGE
) -> list[NamedUnit]:
    """The unit with the highest probability, if above ``LIKELY``, and the next if above ``SECOND_LIKELY``.

    units: K names. found: (K,) probabilities. A side is named if it is likely and the other one is not.

    >>> found = UnitProbabilities(*np.float32([[0.9, 0.3], [0.8, 0.2], [0.1, 0.2]]))
    >>> [one[:3] for one in likely_units(("AU12", "AU6"), found)]
    [('AU12', 'right', 'lip corner pulled up')]
    """
    phrases = LANGUAGES.get(language)
    named: list[NamedUnit] = []
    for k in np.argsort(-found.unit, kind="stable")[:MOST_NAMED]:
        if not found.unit[k] > (SECOND_LIKELY if named else LIKELY):
            break
        right, left = found.right[k] > LIKELY, found.left[k] > LIKELY
        side = "" if right == left else "right" if right else "left"
        appearance = phrases.units[units[k]]
        if side:
            appearance = phrases.one_side.get(units[k], appearance)
        named.append(NamedUnit(units[k], side, appearance, float(found.unit[k])))
    return named


def sentences(
    event: ExpressionEvent,
    prediction: Prediction,
    regions: tuple[str, ...],
    relevance: NDArray[np.float32],
    units: tuple[str, ...],
    found: UnitProbabilities,
    *,
    pixels: NDArray[np.floating] | None = None,
    unstable: bool = False,
    language: str = DEFAULT_LANGUAGE,
) -> str:
    """Label and confidence, the regions that the model relied on, and the action units in the flow.

    regions, relevance: R names and (R,) shares of the heat map. units, found: K names and (K,) probabilities.
    pixels: (K, 2) movement of each unit on the right and the left, crop pixels (``unit_pixels``). unstable:
    whether the heat map is not to be trusted. Sides are those of the person. ConfigError for a language that
    is not in the catalogue.
    """
    phrases = LANGUAGES.get(language)
    ms, percent = f"{event.duration_s * 1000:.0f}", f"{prediction.confidence:.0%}"
    if prediction.label == UNKNOWN:
        text = phrases.unlabelled.format(ms=ms, reason=phrases.reason(prediction.reason))
        if prediction.confidence > 0:
            text += phrases.closest.format(label=phrases.label(prediction.best_label), percent=percent)
    else:
        text = phrases.labelled.format(ms=ms, label=phrases.label(prediction.label), percent=percent)
    order = np.argsort(-relevance, kind="stable")[:MOST_NAMED]
    looked = [phrases.regions[regions[i]] for i in order if relevance[i] >= LEAST_RELEVANCE]
    if looked:
        form = phrases.part if len(looked) == 1 else phrases.parts
        text += form.format(regions=phrases.region_join.join(looked))
    text += phrases.end
    if unstable:
        text += phrases.unstable
    moved = [
        phrases.unit.format(
            appearance=one.appearance,
            unit=one.unit,
            percent=one.percent,
            sides=side_words(one, None if pixels is None else pixels[units.index(one.unit)], phrases),
        )
        for one in likely_units(units, found, language)
    ]
    if not moved:
        return text
    listed = phrases.unit_join.join(moved)
    if pixels is None:
        return text + phrases.moved.format(units=listed)
    return text + phrases.moved_px.format(units=listed, crop=event.apex_face.shape[0])


def side_words(unit: NamedUnit, pixels: NDArray[np.floating] | None, phrases: Phrases) -> str:
    """The sides of a unit with its (2,) movement on the right and the left in pixels, if it is known.

    Both sides if the unit is not one-sided, and a single number if both move alike.
    """
    side = phrases.sides.get(unit.side, "")
    if pixels is None:
        return phrases.side.format(side=side) if side else ""
    amounts = {name: phrases.pixels(float(px)) for name, px in zip(("right", "left"), pixels, strict=True)}
    if side:
        return phrases.side_px.format(side=side, px=amounts[unit.side])
    if amounts["right"] == amounts["left"]:
        return phrases.centre_px.format(px=amounts["right"])
    return "".join(
        phrases.side_px.format(side=phrases.sides[name], px=amounts[name]) for name in ("left", "right")
    )
