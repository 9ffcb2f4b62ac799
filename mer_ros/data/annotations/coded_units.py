"""Action units as coders write them in the sheets of data sets: one parser for all spellings.

Units are joined by ``+``, commas, semicolons, slashes, blanks, "and" or "or". A letter before or after the
number names the side (L, R: the person's left and right; U: one side, not said which) or the lip (T: top, B:
bottom, before the number only); a letter A to E after it is the intensity of FACS. A question mark, or "or",
marks a unit as uncertain. Text in parentheses is a remark and is ignored.

>>> [unit.text for unit in parse_units("AU4 + 15, R10b")]
['4', '15', 'R10B']
>>> parse_units("L2+5")[0]
CodedUnit(number=2, side='left', intensity='', part='', uncertain=False)
>>> [unit.text for unit in parse_units("15/17?")], parse_units("/")
(['15', '17?'], ())
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from mer_ros.errors import DataError

_SIDES = {"L": "left", "R": "right", "U": "one side"}
_PARTS = {"T": "top", "B": "bottom"}
_NOTHING = {"", "0", "/", "-", "--", "?", "none", "nan", "null", "n/a", "na", "no"}
_LARGEST = 98  # the codes of FACS end there
_SEPARATOR = r"[+,;/&、\s]|\band\b|\bor\b"
_UNIT = re.compile(
    r"(?:au)?\s*(?P<before>[lrutbm])?\s*(?:au)?\s*(?P<number>\d{1,2})(?P<intensity>[a-e])?(?P<after>[lr])?"
    r"(?:\s*(?P<uncertain>\?))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class CodedUnit:
    """One action unit of a clip.

    number: its number in FACS. side: "left" or "right" of the person, "one side", or "" for both. intensity:
    "A" to "E", or "". part: "top" or "bottom" for a unit of one lip, or "". uncertain: whether the coder
    marked it so.
    """

    number: int
    side: str = ""
    intensity: str = ""
    part: str = ""
    uncertain: bool = False

    @property
    def name(self) -> str:
        """The name in ``face.facs``, without side: "AU12"."""
        return f"AU{self.number}"

    @property
    def text(self) -> str:
        """The unit in one spelling: "R12A?"."""
        letter = next((k for k, word in (_SIDES | _PARTS).items() if word in (self.side, self.part)), "")
        return f"{letter}{self.number}{self.intensity}{'?' if self.uncertain else ''}"


def parse_units(text: str) -> tuple[CodedUnit, ...]:
    """The units of a cell, in its order; empty for a cell that says that there are none.

    Raises DataError for text that contains anything else, such as the date that a spreadsheet makes of 4-7.
    """
    plain = re.sub(r"\([^)]*\)", " ", unicodedata.normalize("NFKC", text)).strip()
    if plain.casefold() in _NOTHING:
        return ()
    doubtful = re.search(r"\bor\b", plain, re.IGNORECASE) is not None
    units: list[CodedUnit] = []
    place = 0
    while place < len(plain):
        gap = re.compile(_SEPARATOR, re.IGNORECASE).match(plain, place)
        if gap:
            place = gap.end()
            continue
        found = _UNIT.match(plain, place)
        if not found or not 1 <= int(found["number"]) <= _LARGEST or _continues(plain, found.end()):
            raise DataError(
                f"The action units {text!r} cannot be read at {plain[place:]!r}: write them as 4+7, R12 or "
                "AU12A."
            )
        units.append(_unit(found, doubtful))
        place = found.end()
    return tuple(dict.fromkeys(units))


def _continues(text: str, place: int) -> bool:
    """Whether a letter or digit follows, so that what was read is not a whole unit."""
    rest = text[place : place + 1]
    return rest.isalnum() or rest in ("-", ".", ":")


def _unit(found: re.Match[str], doubtful: bool) -> CodedUnit:
    before = (found["before"] or "").upper()
    after = (found["after"] or "").upper()
    return CodedUnit(
        number=int(found["number"]),
        side=_SIDES.get(before) or _SIDES.get(after, ""),
        intensity=(found["intensity"] or "").upper(),
        part=_PARTS.get(before, ""),
        uncertain=doubtful or bool(found["uncertain"]),
    )
