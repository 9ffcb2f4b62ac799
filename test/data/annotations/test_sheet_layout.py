from __future__ import annotations

import pytest
from sheet_files import write_xlsx

from mer_ros.data.annotations.sheet_layout import (
    SheetLayout,
    find_layout_file,
    named_layout_file,
    places,
    read_layout,
)
from mer_ros.data.faults import Faults
from mer_ros.data.notes import Notes

LAYOUT = SheetLayout(
    files=(r"codes.*",),
    columns={"subject": ("Subject",), "onset": ("Onset Frame", "OnsetF"), "units": ("AU",)},
    optional=frozenset({"units"}),
)
HEADER = ["Subject", None, "OnsetFrame"]


def read(tmp_path, sheets, layout=LAYOUT, name="codes.xlsx"):
    faults, notes = Faults(tmp_path), Notes()
    rows = read_layout(write_xlsx(tmp_path / name, sheets), layout, faults, notes)
    return rows, faults.found, notes.sentences


def test_columns_are_found_below_notes_whatever_their_case_and_order(tmp_path):
    notes = [["Notes"], ["Subject to change"], *[[] for _ in range(11)]]
    rows, faults, _ = read(
        tmp_path, {"a": [*notes, ["ONSET_FRAME", None, "subject"], [46, "x", 1], [], [47, None, 2]]}
    )
    assert faults == []
    assert rows == [(15, {"onset": "46", "subject": "1"}), (17, {"onset": "47", "subject": "2"})]


def test_the_sheet_with_the_header_is_read_and_named(tmp_path):
    rows, faults, notes = read(tmp_path, {"key": [["L", "left"]], "codes": [HEADER, ["1", None, "5"]]})
    assert (len(rows), faults) == (1, []) and notes == ("Of the 2 sheets of the workbook, 'codes' was read.",)


def test_a_renamed_column_is_a_fault_with_the_row_of_the_header(tmp_path):
    rows, faults, _ = read(tmp_path, {"a": [["title"], ["Subject", "Start", "AU"], ["1", 5, "12"]]})
    assert rows == []
    assert faults == ["'codes.xlsx', row 2: column 'Onset Frame' is missing, found Subject, Start, AU"]


def test_a_column_that_is_there_twice_is_a_fault(tmp_path):
    _, faults, _ = read(tmp_path, {"a": [["Subject", "OnsetF", "Onset F"], ["1", 5, 6]]})
    assert faults == ["'codes.xlsx', row 1: column 'OnsetF' is there 2 times: keep one"]


@pytest.mark.parametrize("heading", [[], [["###", "###", "###"]], [["Person", "Start", None]]])
def test_a_sheet_without_header_is_read_in_its_order(tmp_path, heading):
    layout = SheetLayout(files=(), columns=LAYOUT.columns, order=("subject", "onset", ""))
    rows, faults, _ = read(tmp_path, {"a": [*heading, [1, 11, "x"], [2, 12, "y"]]}, layout)
    first = len(heading) + 1
    assert faults == []
    assert rows == [(first, {"subject": "1", "onset": "11"}), (first + 1, {"subject": "2", "onset": "12"})]


def find(tmp_path):
    faults, notes = Faults(tmp_path), Notes()
    found = find_layout_file(tmp_path, LAYOUT, faults, notes)
    return found and found.relative_to(tmp_path).as_posix(), faults.found, notes.sentences


def test_a_sheet_is_found_by_name_and_the_last_of_several_is_read(tmp_path):
    for name in ("labels/Codes-9.xlsx", "labels/codes-10.xlsx", "labels/~$codes-11.xlsx"):
        write_xlsx(tmp_path / name, {"a": [HEADER]})
    found, faults, notes = find(tmp_path)
    assert (found, faults) == ("labels/codes-10.xlsx", [])
    assert notes == ("The annotations are those of 'codes-10.xlsx'. Not read: 'Codes-9.xlsx'.",)


def test_a_sheet_of_another_name_is_found_by_its_header(tmp_path):
    write_xlsx(tmp_path / "mine.xlsx", {"a": [HEADER]})
    write_xlsx(tmp_path / "other.xlsx", {"a": [["Subject"]]})
    assert find(tmp_path)[0] == "mine.xlsx"


def test_no_sheet_is_a_fault_that_names_the_columns(tmp_path):
    write_xlsx(tmp_path / "other.xlsx", {"a": [["Subject"]]})
    found, faults, _ = find(tmp_path)
    assert found is None
    assert faults == ["there is no sheet with the columns Subject, Onset Frame, found 'other.xlsx'"]


def test_the_first_of_two_columns_counts():
    assert places(["Subject", "", "Onset-F", "onset frame"], LAYOUT) == {"subject": 0, "onset": 2}


def test_a_sheet_of_a_known_name_is_found_whatever_its_header(tmp_path):
    assert named_layout_file(tmp_path, LAYOUT) is None
    write_xlsx(tmp_path / "other.xlsx", {"a": [HEADER, [1, None, 2]]})
    assert named_layout_file(tmp_path, LAYOUT) is None
    for name in ("deep/codes_v2.xlsx", "deep/codes_v10.xlsx", "deep/er/codes_v11.xlsx"):
        write_xlsx(tmp_path / name, {"a": [["anything"]]})
    assert named_layout_file(tmp_path, LAYOUT) == tmp_path / "deep" / "codes_v10.xlsx"
