from __future__ import annotations

import codecs

import pytest

from mer_ros.data.faults import Faults
from mer_ros.data.notes import Notes
from mer_ros.data.sheets import find_sheet, read_sheet
from mer_ros.errors import DataError

COLUMNS = ("sub", "file_name", "label")
PLAIN = "sub,file_name,label\ns1,M\u00fcller,0\n\ns2,b,1\n"
ROWS = [
    (2, {"sub": "s1", "file_name": "M\u00fcller", "label": "0"}),
    (4, {"sub": "s2", "file_name": "b", "label": "1"}),
]


def read(root, data, name="sheet.csv"):
    """The rows and the notes of a folder with this file."""
    (root / name).write_bytes(data)
    faults, notes = Faults(root), Notes()
    rows = read_sheet(find_sheet(root, COLUMNS, faults, notes), COLUMNS, faults, notes)
    faults.stop()
    return rows, notes.sentences


def test_a_plain_sheet_is_read_without_a_note(tmp_path):
    assert read(tmp_path, PLAIN.encode()) == (ROWS, ())


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (PLAIN.replace(",", ";").encode(), "a.csv", "separated by semicolons"),
        (PLAIN.replace(",", "\t").encode(), "a.csv", "separated by tabs"),
        (PLAIN.replace(",", "|").encode(), "a.csv", "separated by bars"),
        (codecs.BOM_UTF8 + PLAIN.encode(), "a.csv", "UTF-8 with a byte order mark"),
        (PLAIN.encode("utf-16"), "a.csv", "encoded in UTF-16"),
        (codecs.BOM_UTF16_BE + PLAIN.encode("utf-16-be"), "a.csv", "encoded in UTF-16"),
        (PLAIN.encode("utf-16-le"), "a.csv", "UTF-16 without a byte order mark"),
        (PLAIN.encode("utf-16-be"), "a.csv", "UTF-16 without a byte order mark"),
        (PLAIN.encode("utf-32"), "a.csv", "encoded in UTF-32"),
        (PLAIN.encode("cp1252"), "a.csv", "Windows-1252"),
        (PLAIN.replace("sub,file_name", "Sub, File Name ").encode(), "a.csv", "2 column names are spelled"),
        (PLAIN.encode(), "A.CSV", "ends with '.CSV'"),
        (PLAIN.encode(), "a.tsv", "ends with '.tsv'"),
        (PLAIN.encode(), "a.txt", "ends with '.txt'"),
    ],
)
def test_other_ways_to_save_a_sheet_are_read_with_one_note_each(tmp_path, data, name, said):
    rows, notes = read(tmp_path, data, name)
    assert rows == ROWS
    assert len(notes) == 1 and said in notes[0]


def test_old_line_ends_and_quotes_are_no_difference(tmp_path):
    assert read(tmp_path, PLAIN.replace("\n", "\r").encode()) == (ROWS, ())
    assert read(tmp_path, PLAIN.replace("s1", '"s1"').encode()) == (ROWS, ())


def test_rows_count_from_the_first_line_of_the_file(tmp_path):
    rows, notes = read(tmp_path, ("sep=;\n" + PLAIN.replace(",", ";")).encode())
    assert [number for number, _ in rows] == [3, 5] and len(notes) == 1


def test_files_that_a_system_added_and_other_text_files_are_no_sheets(tmp_path):
    (tmp_path / "._sheet.csv").write_bytes(b"\0\5\x16\7")
    (tmp_path / "readme.txt").write_text("sub, label")
    rows, notes = read(tmp_path, PLAIN.encode())
    assert rows == ROWS and len(notes) == 1 and "1 file was skipped" in notes[0] and "._sheet.csv" in notes[0]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\3\4 and so on", "a workbook of a spreadsheet, not text: save it as CSV"),
        (b"sub,file_name,label\ns1,\0,0\n", "null characters"),
        (b"\x81\x8d", "cannot be read as a sheet"),
        (b"", "cannot be read as a sheet"),
        (b"sub,file_name,label,Label\ns1,a,0,1\n", "'label' is there 2 times ('label', 'Label'): keep one"),
        (b"sub;file_name\ns1;a\n", "row 1: column 'label' is missing, found sub, file_name"),
        (b"sub,file_name,label\ns1,a,0,1,2\n", "cannot be read as a sheet"),
    ],
)
def test_what_is_no_sheet_or_has_no_clear_columns_is_refused(tmp_path, data, says):
    with pytest.raises(DataError) as raised:
        read(tmp_path, data)
    assert says in str(raised.value)


def test_a_workbook_alone_is_named(tmp_path):
    (tmp_path / "sheet.xlsx").write_bytes(b"PK\3\4")
    with pytest.raises(DataError, match="found none; save 'sheet.xlsx' as CSV"):
        find_sheet(tmp_path, COLUMNS, Faults(tmp_path), Notes())
