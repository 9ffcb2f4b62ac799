"""The true action units of a synthetic expression, as a coder writes them into the sheet of a data set."""

from __future__ import annotations

from collections.abc import Mapping

from mer_ros.data.annotations.coded_units import CodedUnit
from mer_ros.face.facs import SIDES
from mer_ros.face.unit_coding import MIDLINE, PRESENT

_WORDS = dict(zip(SIDES, ("right", "left"), strict=True))


def coded_units(strengths: Mapping[str, float]) -> tuple[CodedUnit, ...]:
    """The units that are present, in their order. strengths: of each unit and side ("AU12R"), in any scale.

    >>> [unit.text for unit in coded_units({"AU4R": 0.5, "AU4L": 0.6, "AU12R": 1.0, "AU12L": 0.2})]
    ['4', 'R12']
    """
    limit = PRESENT * max(strengths.values(), default=0.0)
    found: dict[str, list[str]] = {}
    for name, strength in strengths.items():
        if strength > limit:
            found.setdefault(name[:-1], []).append(name[-1])
    return tuple(
        CodedUnit(int(unit[2:]), "" if len(sides) == 2 or unit in MIDLINE else _WORDS[sides[0]])
        for unit, sides in found.items()
    )
