"""Annotations of a data set, without its frames."""

from __future__ import annotations

import pytest
from recorded_sets import CASME2_HEADER, CASME2_ROWS, CASME2_SHEET
from sheet_files import write_xlsx

from mer_ros.data.annotations.labels import same
from mer_ros.data.datasets.casme2 import FRAME_SET
from mer_ros.data.datasets.frame_set import read_annotations
from mer_ros.errors import DataError


def test_annotations_can_be_read_without_frames(tmp_path):
    write_xlsx(tmp_path / CASME2_SHEET, {"Sheet1": [CASME2_HEADER, *CASME2_ROWS]})
    read = read_annotations(FRAME_SET, tmp_path)
    assert read.faults.found == []
    assert [(one.row, one.name, one.apex) for one in read.good] == [
        (2, "1/EP02_01f", 49),
        (3, "1/EP19_05f", 153),
        (4, "2/EP01_11f", None),
        (5, "2/EP09_01", 84),
    ]


def test_every_row_is_good_or_has_a_fault(tmp_path):
    rows = [list(row) for row in CASME2_ROWS]
    rows[1][5], rows[2][8] = 100, "boredom"
    write_xlsx(tmp_path / CASME2_SHEET, {"Sheet1": [CASME2_HEADER, *rows]})
    read = read_annotations(FRAME_SET, tmp_path)
    assert [one.row for one in read.good] == [2, 5]
    assert [fault.split(": ")[0].split()[-1] for fault in read.faults.found] == ["3", "4"]


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(DataError, match="give the folder of CASME II"):
        read_annotations(FRAME_SET, tmp_path / "none")


def test_native_and_objective_classes_need_no_table():
    assert FRAME_SET.scheme("") == FRAME_SET.scheme("native") == same(*FRAME_SET.native)
    assert FRAME_SET.scheme("objective").labels == ("I", "II", "III", "IV", "V")
