"""Annotations of a data set, without its frames."""

from __future__ import annotations

import csv
import importlib
from dataclasses import replace

import pytest
import recorded_sets
from recorded_sets import CASME2_HEADER, CASME2_ROWS, CASME2_SHEET
from sheet_files import write_xlsx

from mer_ros.data.annotations.labels import same
from mer_ros.data.annotations.sheet_layout import find_layout_file
from mer_ros.data.annotations.workbook import read_workbook
from mer_ros.data.datasets import DATASETS
from mer_ros.data.datasets.casme2 import FRAME_SET
from mer_ros.data.datasets.frame_set import read_annotations
from mer_ros.data.faults import Faults
from mer_ros.data.frames.layout_file import FrameLayout
from mer_ros.data.notes import Notes
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


SHEET_SETS = {
    name: found
    for name in DATASETS.names
    if (found := getattr(importlib.import_module(DATASETS.places[name].split(":")[0]), "FRAME_SET", None))
    and found.sheet is not None
}


def test_most_sets_of_the_catalogue_have_a_sheet():
    assert len(SHEET_SETS) >= 9


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("name", SHEET_SETS)
def test_fault_88_every_sheet_is_read_as_text_with_a_note_on_each_difference(
    tmp_path, name, separator, encoding
):
    frame_set = SHEET_SETS[name]
    writer = f"write_{name.replace('-macro', '').replace('-', '_')}"
    getattr(recorded_sets, writer)(tmp_path)
    layout = FrameLayout(frames="{clip}/{frame}.jpg")  # CAS(ME)^2 translates no name then
    before = read_annotations(frame_set, tmp_path, layout)
    assert before.good and before.faults.found == []
    path = find_layout_file(tmp_path, frame_set.sheet, Faults(tmp_path), Notes())
    rows = next(iter(read_workbook(path).values()))
    for workbook in tmp_path.rglob("*.xls*"):
        workbook.unlink()
    text = path.with_suffix(".csv")
    with text.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows(rows)
    after = read_annotations(frame_set, tmp_path, layout)
    file = text.relative_to(tmp_path).as_posix()
    assert after.good == [replace(one, file=file) for one in before.good] and after.faults.found == []
    words = {";": "semicolons", "\t": "tabs"}[separator]
    assert f"The sheet {text.name!r} is separated by {words}." in after.notes.sentences
    said = f"The sheet {text.name!r} is encoded in UTF-16." in after.notes.sentences
    assert said == (encoding == "utf-16")
