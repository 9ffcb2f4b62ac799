from __future__ import annotations

import pytest

from mer_ros.data.annotations.coded_units import CodedUnit, parse_units
from mer_ros.errors import DataError


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("4+7", ["4", "7"]),
        ("R12", ["R12"]),
        ("L2+5", ["L2", "5"]),
        ("4,5", ["4", "5"]),
        ("12，14", ["12", "14"]),  # a comma of full width
        ("15/17", ["15", "17"]),
        ("9?", ["9?"]),
        ("9 ?", ["9?"]),
        ("AU12A", ["12A"]),
        ("AU 4 + AU R10b", ["4", "R10B"]),
        ("4+15+R10", ["4", "15", "R10"]),
        ("12L", ["L12"]),
        ("R12 or R15", ["R12?", "R15?"]),
        ("l1 and r2", ["L1", "R2"]),
        ("T23 B22 U14", ["T23", "B22", "U14"]),
        ("4 (weak)", ["4"]),
        ("12+12", ["12"]),
        ("7", ["7"]),
    ],
)
def test_every_spelling_of_the_sheets_is_read(text, units):
    assert [unit.text for unit in parse_units(text)] == units


@pytest.mark.parametrize("text", ["", " ", "/", "-", "0", "None", "nan", "(no movement)"])
def test_a_cell_that_says_that_there_are_none_gives_none(text):
    assert parse_units(text) == ()


@pytest.mark.parametrize(
    "text", ["2014-07-04 00:00:00", "smile", "123", "4+x", "99", "4.5", "12F", "L", "4+7:"]
)
def test_anything_else_is_refused_with_the_text(text):
    with pytest.raises(DataError) as raised:
        parse_units(text)
    assert repr(text) in str(raised.value)


def test_side_intensity_and_lip_are_fields():
    assert parse_units("R12C?") == (CodedUnit(12, side="right", intensity="C", uncertain=True),)
    assert parse_units("T23")[0] == CodedUnit(23, part="top")
    assert parse_units("U2")[0].side == "one side" and parse_units("L2")[0].name == "AU2"
