from __future__ import annotations

import datetime

import pytest
import xlwt
from sheet_files import write_xlsx

from mer_ros.data.annotations.workbook import cell_text, read_workbook
from mer_ros.data.notes import Notes
from mer_ros.errors import DataError

CELLS = [[], [None, "Subject", None, "OnsetFrame"], [None, "006", None, 46], ["x", 7.0, None, "12 "]]
READ = [["", "", "", ""], ["", "Subject", "", "OnsetFrame"], ["", "006", "", "46"], ["x", "7", "", "12"]]


def test_both_formats_of_workbooks_give_the_same_text_and_keep_empty_rows(tmp_path):
    new = write_xlsx(tmp_path / "a.xlsx", {"first": CELLS, "second": [["y"]]})
    book = xlwt.Workbook()
    for title, rows in {"first": CELLS, "second": [["y"]]}.items():
        sheet = book.add_sheet(title)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if cell is not None:
                    sheet.write(r, c, cell)
    book.save(str(tmp_path / "a.xls"))
    assert read_workbook(new) == read_workbook(tmp_path / "a.xls") == {"first": READ, "second": [["y"]]}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_text_table_is_one_sheet(tmp_path, separator):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(separator.join(row) for row in READ) + "\nz\n", encoding="utf-16")
    assert read_workbook(path) == {"": [*READ, ["z", "", "", ""]]}


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls"])
@pytest.mark.parametrize("kept", [0, 400])
def test_a_damaged_workbook_is_an_error_with_its_name(tmp_path, name, kept):
    whole = write_xlsx(tmp_path / "whole.xlsx", {"a": CELLS}).read_bytes()
    (tmp_path / name).write_bytes(whole[:kept])
    with pytest.raises(DataError, match=r"a\.xlsx? cannot be read as a sheet"):
        read_workbook(tmp_path / name)


def test_cells_of_any_type_are_text():
    cells = [3, 3.0, 2.5, True, None, float("nan"), "\xa0a ", datetime.date(2014, 7, 4)]
    assert [cell_text(cell) for cell in cells] == ["3", "3", "2.5", "True", "", "", "a", "2014-07-04"]


COMMAS = "006;4,5,L7,12,14;46\n007;6;51\n008;1,2,R4;60\n"


def test_fault_88_commas_in_cells_do_not_make_them_the_separator(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(COMMAS)
    assert read_workbook(path)[""][0] == ["006", "4,5,L7,12,14", "46"]
    path.write_text("x;y,z\n" + "Subject;Action, Units\n", encoding="utf-8")
    assert read_workbook(path, lambda row: row.count("Subject"))[""] == [
        ["x", "y,z"],
        ["Subject", "Action, Units"],
    ]


def test_fault_88_what_differs_in_a_text_table_is_noted(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("sep=;\n" + COMMAS, encoding="utf-16")
    notes = Notes()
    rows = read_workbook(path, notes=notes)[""]
    assert rows[0] == ["", "", ""] and rows[1][0] == "006", "rows keep their numbers"
    assert notes.sentences == (
        "The sheet 'a.csv' is encoded in UTF-16.",
        "The sheet 'a.csv' is separated by semicolons.",
    )


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_fault_88_only_ends_of_lines_end_a_row(tmp_path, end):
    path = tmp_path / "a.csv"
    path.write_text(f'a,"b\u2028c{end}d"{end}e,f{end}', encoding="utf-8", newline="")
    assert read_workbook(path)[""] == [["a", f"b\u2028c{end}d"], ["e", "f"]]
