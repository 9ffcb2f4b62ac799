"""Objective classes of micro-expressions: classes by action units alone, whatever the emotion.

Davison, Merghani and Yap, "Objective Classes for Micro-Facial Expression Recognition", Journal of Imaging
4(10), 2018, table 1: seven classes by combinations of units. The table was not at hand in print: it is
given here as the field's codes have it, and a combination that is not in it belongs to class VII.

>>> objective_class([12]), objective_class([4, 7]), objective_class([38])
('I', 'III', 'VII')
"""

from __future__ import annotations

from collections.abc import Iterable

OBJECTIVE_CLASSES = ("I", "II", "III", "IV", "V", "VI", "VII")

_COMBINATIONS = {
    "I": "6 12 6+12 6+7+12 7+12",
    "II": "1+2 5 25 1+2+25 25+26 5+24",
    "III": "23 4 4+7 4+5 4+5+7 17+24 4+6+7 4+38",
    "IV": "10 9 4+9 4+40 4+5+40 4+7+9 4+9+17 4+7+10 4+5+7+9 7+10",
    "V": "1 15 1+4 6+15 15+17",
    "VI": "1+2+4 20",
}
_CLASS_OF = {
    frozenset(map(int, units.split("+"))): name
    for name, combinations in _COMBINATIONS.items()
    for units in combinations.split()
}


def objective_class(units: Iterable[int]) -> str:
    """The class of a combination of unit numbers, "" for none."""
    numbers = frozenset(units)
    return _CLASS_OF.get(numbers, "VII") if numbers else ""


def written_class(text: str) -> str:
    """The class that a sheet gives as a number or in Roman letters; "" for anything else.

    >>> written_class("3"), written_class("iv"), written_class("")
    ('III', 'IV', '')
    """
    plain = text.strip().upper()
    if plain.isdecimal() and 1 <= int(plain) <= len(OBJECTIVE_CLASSES):
        return OBJECTIVE_CLASSES[int(plain) - 1]
    return plain if plain in OBJECTIVE_CLASSES else ""
