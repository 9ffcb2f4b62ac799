"""Sheets of data sets as people save them: any separator, encoding and spelling of the header.

A sheet is a text file with a header. It may be separated by commas, semicolons, tabs or bars, and encoded in
UTF-8, UTF-16, UTF-32 or Windows-1252, with or without a byte order mark; a first line ``sep=;`` of Excel is
read. Names of columns are compared without case, blanks, hyphens and underscores. Whatever differs from
comma-separated UTF-8 is noted.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
from collections.abc import Sequence
from pathlib import Path

from mer_ros.data.faults import Faults
from mer_ros.data.folder_files import files_in
from mer_ros.data.names import name_key
from mer_ros.data.notes import Notes

Row = tuple[int, dict[str, str]]
"""Number of a row, the first line is 1, and its cells by column."""

SUFFIXES = (".csv", ".tsv", ".tab")
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # before UTF-16, whose mark begins alike
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_HINT = re.compile(r"\s*\"?sep=(.)\"?\s*", re.IGNORECASE)


def find_sheet(root: Path, columns: Sequence[str], faults: Faults, notes: Notes) -> Path:
    """The sheet of a folder; raises DataError with all faults if there is none, or several.

    A text file (*.txt) counts if there is no other sheet and its header has the columns.
    """
    sheets = files_in(root, notes, SUFFIXES, below=False)
    if not sheets:
        texts = files_in(root, notes, (".txt",), below=False)
        sheets = [path for path in texts if _has_columns(path, columns)]
    if len(sheets) == 1:
        sheet = sheets[0]
        if sheet.suffix != ".csv":
            notes.add(f"The name of the sheet {sheet.name!r} ends with {sheet.suffix!r} instead of '.csv'.")
        return sheet
    found = f"{len(sheets)} ({', '.join(path.name for path in sheets)})" if sheets else "none"
    workbook = next((p.name for p in sorted(root.glob("*.[xXoO][lLdD][sS]*")) if p.name[0] not in ".~"), "")
    remedy = f"; save {workbook!r} as CSV" if workbook and not sheets else ""
    faults.add(f"the folder must contain one sheet (*.csv), found {found}{remedy}")
    raise faults.error()


def read_sheet(sheet: Path, columns: Sequence[str], faults: Faults, notes: Notes) -> list[Row]:
    """The rows that are not empty, with the cells of these columns; missing cells of a row are empty."""
    import pandas as pd  # imported here: it takes 0.5 s, and most importers read no sheet

    try:
        text, encoding = decode_text(sheet.read_bytes())
        lines = text.splitlines(keepends=True)
        skipped, separator = _start(lines, columns)
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            table = pd.read_csv(
                io.StringIO("".join(lines[skipped:])), sep=separator, header=None, dtype=str,
                keep_default_na=False, skip_blank_lines=False,
            )  # fmt: skip
    except (OSError, ValueError, csv.Error, pd.errors.ParserWarning) as error:  # includes parser errors
        faults.add(f"it cannot be read as a sheet ({' '.join(str(error).split())})", sheet)
        return []
    if encoding:
        notes.add(f"The sheet {sheet.name!r} is encoded in {encoding}.")
    if separator != ",":
        notes.add(f"The sheet {sheet.name!r} is separated by {SEPARATORS[separator]}.")
    header, *rows = table.fillna("").to_numpy(str).tolist()
    place = _places(header, columns, faults, notes, sheet, skipped + 1)
    if place is None:
        return []
    cells = [{name: row[i] for name, i in place.items()} for row in rows]
    return [(skipped + 2 + i, row) for i, row in enumerate(cells) if any(map(str.strip, row.values()))]


def _has_columns(path: Path, columns: Sequence[str]) -> bool:
    """Whether a text file has a header with all columns."""
    try:
        lines = decode_text(path.read_bytes())[0].splitlines(keepends=True)
        skipped, separator = _start(lines, columns)
    except (OSError, ValueError, csv.Error):
        return False
    return _known(lines[skipped : skipped + 1], separator, columns) == len(columns)


def decode_text(data: bytes) -> tuple[str, str]:
    """The text, and the words for an encoding other than UTF-8. ValueError for anything but text."""
    if data.startswith(_WORKBOOKS):
        raise ValueError("it is a workbook of a spreadsheet, not text: save it as CSV")
    for mark, encoding, words in _BOMS:
        if data.startswith(mark):
            return _without_nul(data.decode(encoding)), words
    for encoding, high in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
        if high and high.count(0) > 0.5 * len(high):
            return _without_nul(data.decode(encoding)), "UTF-16 without a byte order mark"
    try:
        return _without_nul(data.decode("utf-8")), ""
    except UnicodeDecodeError:
        return _without_nul(data.decode("cp1252")), "Windows-1252, not UTF-8"


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("it contains null characters, so it is not text")
    return text


def _start(lines: Sequence[str], columns: Sequence[str]) -> tuple[int, str]:
    """Number of lines before the header, and the separator with which most columns are found in it."""
    skipped = 0
    while skipped < len(lines) and (not lines[skipped].strip() or _HINT.fullmatch(lines[skipped])):
        skipped += 1
    header = lines[skipped : skipped + 1]
    return skipped, max(SEPARATORS, key=lambda separator: _known(header, separator, columns))


def _known(header: Sequence[str], separator: str, columns: Sequence[str]) -> int:
    """How many of the columns a header has with this separator."""
    cells = next(csv.reader(header, delimiter=separator), [])
    return len({column_key(cell) for cell in cells} & {column_key(name) for name in columns})


def column_key(name: str) -> str:
    """Equal for names of columns that differ only in case, blanks, hyphens and underscores."""
    return re.sub(r"[-_]", "", name_key(name))


def _places(
    header: list[str], columns: Sequence[str], faults: Faults, notes: Notes, sheet: Path, number: int
) -> dict[str, int] | None:
    """The position of each column in the header; None after a fault."""
    found = {
        name: [i for i, cell in enumerate(header) if column_key(cell) == column_key(name)] for name in columns
    }
    missing = [name for name, places in found.items() if not places]
    if missing:
        names = ", ".join(header)
        faults.add(f"column {', '.join(map(repr, missing))} is missing, found {names}", sheet, number)
    several = {name: places for name, places in found.items() if len(places) > 1}
    for name, places in several.items():
        names = ", ".join(repr(header[i]) for i in places)
        faults.add(f"column {name!r} is there {len(places)} times ({names}): keep one", sheet, number)
    if missing or several:
        return None
    place = {name: places[0] for name, places in found.items()}
    for name, i in place.items():
        if header[i] != name:
            notes.tally(
                ("column name is", "column names are"), "spelled otherwise", f"{header[i]!r} for {name!r}"
            )
    return place
