from __future__ import annotations

import pytest

from mer_ros.data.annotations.objective_classes import OBJECTIVE_CLASSES, objective_class, written_class


@pytest.mark.parametrize(
    ("units", "name"),
    [
        ([12, 6], "I"),
        ([2, 1], "II"),
        ([4], "III"),
        ([9, 4], "IV"),
        ([17, 15], "V"),
        ([20], "VI"),
        ([14], "VII"),
    ],
)
def test_a_combination_belongs_to_one_class_whatever_its_order(units, name):
    assert objective_class(units) == objective_class(units[::-1]) == name


def test_no_unit_has_no_class():
    assert objective_class([]) == ""


def test_numbers_and_roman_letters_of_sheets():
    assert [written_class(str(i)) for i in range(1, 8)] == list(OBJECTIVE_CLASSES)
    assert [written_class(text) for text in ("vii", "8", "0", "x", "")] == ["VII", "", "", "", ""]
