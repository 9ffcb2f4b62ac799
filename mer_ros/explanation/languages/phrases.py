"""What a language must provide to say and to draw an explanation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mer_ros.types import Kind


@dataclass(frozen=True)
class Phrases:
    """Phrases of one language; names in braces are filled in.

    labelled, unlabelled, closest: beginning of the text. part, parts: one and several regions of the heat
    map, joined by ``region_join``. end: end of a sentence. moved: the units, joined by ``unit_join``;
    moved_px: with their movement in pixels of the crop, which is ``crop`` pixels wide. unit: one unit. side,
    side_px: the side of a unit without and with its movement; centre_px: that of a unit of the midline.
    unstable: sentence about a map that is not to be trusted, and warning: the word for it. decimal: decimal
    point.

    sides, kinds, labels, reasons, regions, units, one_side: words by the names of the package; a label or
    reason that is missing is written as it is. one_side: appearance on one side, where it differs.

    confidence, distance, limit, on_face, flow, prototype, no_reason: captions of pictures.
    """

    labelled: str
    unlabelled: str
    closest: str
    part: str
    parts: str
    region_join: str
    end: str
    moved: str
    moved_px: str
    unit: str
    unit_join: str
    side: str
    side_px: str
    centre_px: str
    unstable: str
    warning: str
    decimal: str
    no_reason: str
    confidence: str
    distance: str
    limit: str
    on_face: str
    flow: str
    prototype: str
    sides: Mapping[str, str]
    kinds: Mapping[Kind, str]
    labels: Mapping[str, str]
    reasons: Mapping[str, str]
    regions: Mapping[str, str]
    units: Mapping[str, str]
    one_side: Mapping[str, str]

    def number(self, value: float, digits: int = 1) -> str:
        """A number with the decimal point of the language.

        >>> from mer_ros.explanation.languages import LANGUAGES
        >>> LANGUAGES.get("en").number(0.84), LANGUAGES.get("de").number(0.84)
        ('0.8', '0,8')
        """
        return f"{value:.{digits}f}".replace(".", self.decimal)

    def label(self, name: str) -> str:
        """The word for a label, or the label itself."""
        return self.labels.get(name, name)

    def reason(self, name: str) -> str:
        """The words for the reason of a rejection, or the reason itself."""
        return self.reasons.get(name, name) or self.no_reason
