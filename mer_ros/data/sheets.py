"""Sheets of data sets as people save them: any separator, encoding and spelling of the header.

A sheet is a text file with a header. It may be separated by commas, semicolons, tabs or bars, and encoded in
UTF-8, UTF-16, UTF-32 or Windows-1252, with or without a byte order mark; a first line ``sep=;`` of Excel is
read. Names of columns are compared without case, blanks, hyphens and underscores. Whatever differs from
comma-separated UTF-8 is noted. ``split_text`` is how every text table of a data set is decoded.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
_SAMPLED_LINES = 50  # by which the separator is recognised where the header does not settle it

HeadingCount = Callable[[Sequence[str]], int]
"""How many of the wanted headings a row has."""


@dataclass(frozen=True)
class SheetText:
    """A decoded text table.

    lines: with their ends, the header or the first row first. skipped: number of lines before them, which are
    blank or name the separator. encoding: words for one other than UTF-8.
    """

    lines: list[str]
    skipped: int
    separator: str
    encoding: str

    def add_notes(self, name: str, notes: Notes) -> None:
        """Note what differs from comma-separated UTF-8. name: of the file."""
        if self.encoding:
            notes.add(f"The sheet {name!r} is encoded in {self.encoding}.")
        if self.separator != ",":
            notes.add(f"The sheet {name!r} is separated by {SEPARATORS[self.separator]}.")


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
        text = split_text(sheet.read_bytes(), lambda row: _known(row, columns))
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            table = pd.read_csv(
                io.StringIO("".join(text.lines)), sep=text.separator, header=None, dtype=str,
                keep_default_na=False, skip_blank_lines=False,
            )  # fmt: skip
    except (OSError, ValueError, csv.Error, pd.errors.ParserWarning) as error:  # includes parser errors
        faults.add(f"it cannot be read as a sheet ({' '.join(str(error).split())})", sheet)
        return []
    text.add_notes(sheet.name, notes)
    header, *rows = table.fillna("").to_numpy(str).tolist()
    place = _places(header, columns, faults, notes, sheet, text.skipped + 1)
    if place is None:
        return []
    cells = [{name: row[i] for name, i in place.items()} for row in rows]
    return [(text.skipped + 2 + i, row) for i, row in enumerate(cells) if any(map(str.strip, row.values()))]


def _has_columns(path: Path, columns: Sequence[str]) -> bool:
    """Whether a text file has a header with all columns."""
    try:
        text = split_text(path.read_bytes(), lambda row: _known(row, columns))
    except (OSError, ValueError, csv.Error):
        return False
    return _known(next(csv.reader(text.lines, delimiter=text.separator), []), columns) == len(columns)


def split_text(data: bytes, known: HeadingCount, header_rows: int = 1) -> SheetText:
    r"""Decode a text table and recognise its separator. ValueError or csv.Error for anything else.

    The separator is the one with which a row has most of the wanted headings; of equals, the one with which
    most rows have the same number of cells. header_rows: number of rows among which the header is.

    >>> split_text(b"1;4,5,L7\n2;6", known=lambda row: 0).separator
    ';'
    """
    text, encoding = decode_text(data)
    lines = list(io.StringIO(text, newline=""))  # ends of lines as in CSV, and no others
    skipped = 0
    while skipped < len(lines) and (not lines[skipped].strip() or _HINT.fullmatch(lines[skipped])):
        skipped += 1
    lines = lines[skipped:]

    def fitness(separator: str) -> tuple[int, int, int]:
        rows = list(csv.reader(lines[: max(_SAMPLED_LINES, header_rows)], delimiter=separator))
        widths = Counter(len(row) for row in rows if len(row) > 1)
        width, count = max(widths.items(), key=lambda one: (one[1], one[0]), default=(0, 0))
        return max(map(known, rows[:header_rows]), default=0), count, width

    return SheetText(lines, skipped, max(SEPARATORS, key=fitness), encoding)


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


def _known(row: Sequence[str], columns: Sequence[str]) -> int:
    """How many of the columns are in a row."""
    return len({column_key(cell) for cell in row} & {column_key(name) for name in columns})


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
