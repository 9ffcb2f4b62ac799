"""What a language must provide to say and to draw an explanation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mer_ros.explanation.notes import Note
from mer_ros.types import Kind

_LEAST_PX = 0.1  # smallest movement that is written


@dataclass(frozen=True)
class Phrases:
    """Phrases of one language; names in braces are filled in.

    labelled, unlabelled, closest: beginning of the text. part, parts: one and several regions of the heat
    map, joined by ``region_join``. end: end of a sentence. moved: the units, joined by ``unit_join``;
    moved_px: with their movement in pixels of the crop, which is ``crop`` pixels wide. unit: one unit. side,
    side_px: the side of a unit without and with its movement; centre_px: that of a unit of the midline. px,
    under_px: a movement, and one that would be rounded to 0.
    unstable: sentence about a map that is not to be trusted, and warning: the word for it. note: a sentence
    of ``notes`` after the text, with its shares, each written as ``note_share`` and joined by ``note_join``.
    decimal: decimal point.

    second, would_be, undecided: what separates the second label from the first (``what_if``): nothing
    known, a change after which it is the most probable, none. changes: conditions by the factor of the
    movement.

    sides, kinds, labels, reasons, regions, region_pairs, units, one_side, note_names: words by the names of
    the package. notes: sentences by the keys of notes. A label, reason, note or name of a note that is
    missing is written as it is. one_side: appearance on one side, where it differs.

    px_of_crop: caption that says what the pixels of units are, with ``crop`` as above.

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
    px: str
    under_px: str
    unstable: str
    warning: str
    note: str
    note_share: str
    note_join: str
    second: str
    would_be: str
    undecided: str
    decimal: str
    no_reason: str
    confidence: str
    distance: str
    limit: str
    on_face: str
    px_of_crop: str
    flow: str
    prototype: str
    sides: Mapping[str, str]
    kinds: Mapping[Kind, str]
    labels: Mapping[str, str]
    reasons: Mapping[str, str]
    regions: Mapping[str, str]
    units: Mapping[str, str]
    one_side: Mapping[str, str]
    region_pairs: Mapping[str, str]
    changes: Mapping[float, str]
    notes: Mapping[str, str]
    note_names: Mapping[str, str]

    def number(self, value: float, digits: int = 1) -> str:
        """A number with the decimal point of the language.

        >>> from mer_ros.explanation.languages import LANGUAGES
        >>> LANGUAGES.get("en").number(0.84), LANGUAGES.get("de").number(0.84)
        ('0.8', '0,8')
        """
        return f"{value:.{digits}f}".replace(".", self.decimal)

    def pixels(self, value: float) -> str:
        """A movement in pixels, which is never rounded to 0.

        >>> from mer_ros.explanation.languages import LANGUAGES
        >>> LANGUAGES.get("en").pixels(0.84), LANGUAGES.get("en").pixels(0.02)
        ('0.8 px', 'under 0.1 px')
        """
        form = self.under_px if value < _LEAST_PX / 2 else self.px
        return form.format(number=self.number(max(value, _LEAST_PX)))

    def label(self, name: str) -> str:
        """The word for a label, or the label itself."""
        return self.labels.get(name, name)

    def reason(self, name: str) -> str:
        """The words for the reason of a rejection, or the reason itself."""
        return self.reasons.get(name, name) or self.no_reason

    def part_of_face(self, name: str) -> str:
        """The words for a region, or for one on both sides."""
        return self.region_pairs.get(name) or self.regions[name]

    def remark(self, note: Note | None) -> str:
        """A note as a sentence that follows the text; "" for none.

        >>> from mer_ros.explanation.languages import LANGUAGES
        >>> LANGUAGES.get("en").remark(Note("phases", (("rise", 20), ("apex", 80))))
        ' Evidence over time: rise 20%, apex 80%.'
        """
        if note is None:
            return ""
        shares = [
            self.note_share.format(name=self.note_names.get(name, name), percent=f"{share}%").lstrip()
            for name, share in note.shares
        ]
        sentence = self.notes.get(note.key, note.key).format(shares=self.note_join.join(shares))
        return self.note.format(sentence=sentence)
