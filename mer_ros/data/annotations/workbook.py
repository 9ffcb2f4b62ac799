"""The cells of a workbook or text table as text, whatever program wrote it.

Workbooks (.xlsx, .xls, .xlsm, .ods) are read by python-calamine through pandas, text tables (.csv, .tsv) as
``data.sheets.split_text`` decodes them. A whole number arrives as "7" however it was stored, an empty cell as
"".
"""

from __future__ import annotations

import csv
import math
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineError

from mer_ros.data.notes import Notes
from mer_ros.data.sheets import HeadingCount, split_text
from mer_ros.errors import DataError

WORKBOOK_SUFFIXES = (".xlsx", ".xls", ".xlsm", ".ods")
TEXT_SUFFIXES = (".csv", ".tsv", ".tab")
_HEADER_ROWS = 60  # of a text table, among which the header is

Cells = list[list[str]]
"""The rows of one sheet from its first row on, each with all columns."""


def read_workbook(
    path: Path, known: HeadingCount = lambda row: 0, notes: Notes | None = None
) -> dict[str, Cells]:
    """The cells of each sheet by its title, in the order of the file; a text table is one sheet named "".

    known: number of wanted headings in a row, by which the separator of a text table is recognised. notes:
    receives what differs from comma-separated UTF-8. Raises DataError if the file cannot be read.
    """
    try:
        if path.suffix.lower() in TEXT_SUFFIXES:
            return {"": _text_cells(path, known, notes)}
        return _workbook_cells(path)
    except (OSError, ValueError, KeyError, csv.Error, CalamineError) as error:
        what = " ".join(str(error).split()) or type(error).__name__
        raise DataError(f"{path} cannot be read as a sheet ({what}): save it again.") from error


def _workbook_cells(path: Path) -> dict[str, Cells]:
    import pandas as pd  # imported here: it takes 0.5 s, and listing the data sets reads no sheet

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of number formats, which the text of a cell does not depend on
        sheets = pd.read_excel(
            path, sheet_name=None, header=None, dtype=object, engine="calamine", keep_default_na=False
        )
    return {str(title): _rectangle(table.to_numpy(object).tolist()) for title, table in sheets.items()}


def _text_cells(path: Path, known: HeadingCount, notes: Notes | None) -> Cells:
    text = split_text(path.read_bytes(), known, _HEADER_ROWS)
    if notes is not None:
        text.add_notes(path.name, notes)
    rows: Cells = [[] for _ in range(text.skipped)]  # so that rows keep their numbers
    rows += csv.reader(text.lines, delimiter=text.separator)
    width = max(map(len, rows), default=0)
    return _rectangle([[*row, *[""] * (width - len(row))] for row in rows])


def _rectangle(rows: Sequence[Sequence[Any]]) -> Cells:
    return [[cell_text(cell) for cell in row] for row in rows]


def cell_text(cell: object) -> str:
    """The text of a cell: without blanks around it, a whole number without its fraction, "" for an empty one.

    >>> cell_text(7.0), cell_text(" 006 "), cell_text(float("nan")), cell_text(0.5)
    ('7', '006', '', '0.5')
    """
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\xa0", " ").strip()
