"""Where the sheet of a data set has what: its file, its header, and the order of columns without a header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mer_ros.data.annotations.workbook import TEXT_SUFFIXES, WORKBOOK_SUFFIXES, Cells, read_workbook
from mer_ros.data.faults import Faults
from mer_ros.data.folder_files import is_added_file
from mer_ros.data.notes import Notes
from mer_ros.data.sheets import column_key
from mer_ros.errors import DataError
from mer_ros.media.names import PICTURE_SUFFIXES, natural_order

Row = tuple[int, dict[str, str]]
"""Number of a row, the first row of the sheet is 1, and its cells by field."""

USUAL_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "subject": ("Subject",),
    "clip": ("Filename",),
    "onset": ("OnsetFrame", "Onset"),
    "apex": ("ApexFrame", "Apex"),
    "offset": ("OffsetFrame", "Offset"),
    "units": ("Action Units", "AU", "AUs"),
    "label": ("Estimated Emotion", "Emotion"),
}
"""Headings of each field in the sheets of several data sets, for ``SheetLayout.columns``."""

_HEADER_ROWS = 60  # notes and keys of symbols above the header are shorter
_DEPTH = 3  # folders below the root in which a sheet is searched
_FRAMES = 50  # pictures by which a folder of frames is recognised; no sheet is searched in it
_RULE = re.compile(r"[#\s]*")


@dataclass(frozen=True)
class SheetLayout:
    """The layout of one sheet.

    files: expressions for the name of the file, in lower case, the best first. columns: the headings of each
    field, as ``column_key`` compares them. optional: fields whose column may be missing. order: fields by
    position for a sheet without header, "" for a column that is not read. numbers: fields that hold numbers
    in every row, by which such a sheet tells rows from a heading. title: expression for the title of the
    sheet in a workbook.
    """

    files: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    optional: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ("onset",)
    title: str = ""
    keys: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compute the keys of the headings."""
        keys = {name: frozenset(map(column_key, headings)) for name, headings in self.columns.items()}
        object.__setattr__(self, "keys", keys)

    @property
    def required(self) -> tuple[str, ...]:
        """Fields whose column must be there."""
        return tuple(name for name in self.columns if name not in self.optional)


def find_layout_file(root: Path, layout: SheetLayout, faults: Faults, notes: Notes) -> Path | None:
    """The sheet of a data set in a folder or up to three folders below it; None after a fault.

    Without a file of a known name, any sheet whose header fits is taken. Of several, the last by name is
    taken, with a note.
    """
    sheets: list[Path] = []
    named: list[Path] = []
    for found in _levels(root):
        sheets += found
        named = _named(found, layout)
        if named:
            break
    fitting = named or [path for path in sheets if _fits(path, layout)]
    if not fitting:
        names = ", ".join(repr(path.name) for path in sheets[:5]) or "none"
        headings = ", ".join(layout.columns[name][0] for name in layout.required)
        faults.add(f"there is no sheet with the columns {headings}, found {names}")
        return None
    chosen = max(fitting, key=natural_order)
    others = sorted(path.name for path in fitting if path != chosen)
    more = f" Not read: {', '.join(map(repr, others))}." if others else ""
    notes.add(f"The annotations are those of {chosen.name!r}.{more}")
    return chosen


def named_layout_file(root: Path, layout: SheetLayout) -> Path | None:
    """The last sheet of a known name, whatever its header, in the folder or up to three below it."""
    for found in _levels(root):
        named = _named(found, layout)
        if named:
            return max(named, key=natural_order)
    return None


def _named(sheets: Sequence[Path], layout: SheetLayout) -> list[Path]:
    """The sheets whose name matches the first expression that any name matches."""
    for expression in layout.files:
        named = [path for path in sheets if re.fullmatch(expression, path.name.casefold())]
        if named:
            return named
    return []


def _levels(root: Path) -> Iterator[list[Path]]:
    """Sheets in a folder, then in the folders below it, level by level, without those that a system added."""
    level = [root]
    for _ in range(_DEPTH + 1):
        found: list[Path] = []
        below: list[Path] = []
        for folder in level:
            pictures = 0
            for path in _entries(folder):
                if path.suffix.lower() in (*WORKBOOK_SUFFIXES, *TEXT_SUFFIXES):
                    found += [path] if path.is_file() and not is_added_file(path.relative_to(root)) else []
                elif not path.suffix and path.is_dir():
                    below.append(path)
                elif path.suffix.lower() in PICTURE_SUFFIXES:
                    pictures += 1
                    if pictures == _FRAMES:
                        break
        yield sorted(found)
        level = sorted(below)


def _entries(folder: Path) -> Iterator[Path]:
    """What is in a folder; nothing if it may not be read."""
    try:
        yield from folder.iterdir()
    except PermissionError:
        return


def read_layout(path: Path, layout: SheetLayout, faults: Faults, notes: Notes) -> list[Row]:
    """The rows of a sheet that are not empty; empty after a fault. Fields without a column are missing."""
    try:
        sheets = read_workbook(path, lambda row: len(places(row, layout)), notes)
    except DataError as error:
        faults.add(str(error.__cause__ or error), path)
        return []
    wanted = {t: c for t, c in sheets.items() if re.search(layout.title, t, re.IGNORECASE)} or sheets
    best: tuple[int, int, str] = (0, 0, "")
    for title, cells in wanted.items():
        for number, cell_row in enumerate(cells[:_HEADER_ROWS], start=1):
            place = places(cell_row, layout)
            if set(layout.required) <= set(place):
                _note_title(title, sheets, notes)
                return _rows(cells, number, place, layout, faults, path)
            best = max(best, (len(place), -number, title))
    if layout.order:
        title, cells = next(iter(wanted.items()))
        _note_title(title, sheets, notes)
        return _rows_without_header(cells, layout, notes)
    count, number, title = best
    cell_row = wanted[title][-number - 1] if count else []
    missing = [layout.columns[name][0] for name in layout.required if name not in places(cell_row, layout)]
    found = ", ".join(cell for cell in cell_row if cell) or "no known column"
    faults.add(f"column {', '.join(map(repr, missing))} is missing, found {found}", path, -number)
    return []


def places(cell_row: Sequence[str], layout: SheetLayout) -> dict[str, int]:
    """The position of each field whose heading stands in a row; the first, if it stands there twice."""
    found: dict[str, int] = {}
    for i, cell in enumerate(cell_row):
        for name, keys in layout.keys.items():
            if cell and column_key(cell) in keys:
                found.setdefault(name, i)
    return found


def _fits(path: Path, layout: SheetLayout) -> bool:
    """Whether any sheet of a file has a header with the required columns."""
    try:
        sheets = read_workbook(path, lambda row: len(places(row, layout)))
    except DataError:
        return False
    rows = (row for cells in sheets.values() for row in cells[:_HEADER_ROWS])
    return any(set(layout.required) <= set(places(row, layout)) for row in rows)


def _note_title(title: str, sheets: Mapping[str, Cells], notes: Notes) -> None:
    if len(sheets) > 1:
        notes.add(f"Of the {len(sheets)} sheets of the workbook, {title!r} was read.")


def _rows(
    cells: Cells, header: int, place: Mapping[str, int], layout: SheetLayout, faults: Faults, path: Path
) -> list[Row]:
    """The rows below a header in row ``header``."""
    keys = [column_key(cell) for cell in cells[header - 1] if cell]
    for name in layout.required:
        several = [key for key in keys if key in layout.keys[name]]
        if len(several) > len(set(several)):
            heading = cells[header - 1][place[name]]
            faults.add(f"column {heading!r} is there {len(several)} times: keep one", path, header)
    rows = [
        (header + 1 + i, {name: row[k] for name, k in place.items()}) for i, row in enumerate(cells[header:])
    ]
    return [(number, row) for number, row in rows if any(row.values())]


def _rows_without_header(cells: Cells, layout: SheetLayout, notes: Notes) -> list[Row]:
    """The rows of a sheet whose columns have a known order; rows before the first one with numbers are not
    read.
    """
    rows: list[Row] = []
    for number, cell_row in enumerate(cells, start=1):
        row = {name: cell for name, cell in zip(layout.order, cell_row) if name}
        if not any(row.values()) or all(_RULE.fullmatch(cell) for cell in cell_row):
            continue
        if rows or all(row.get(name, "").lstrip("-").isdecimal() for name in layout.numbers):
            rows.append((number, row))
        else:
            notes.add(f"Row {number} of the sheet was taken for a heading ({cell_row[0]!r}, ...).")
    return rows
