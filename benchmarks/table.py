"""Publication of benchmark results: a printed table and a JSON file."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from mer_ros.data.synthetic import GENERATOR_VERSION
from mer_ros.data.synthetic.ceiling import label_ceiling
from mer_ros.reports.synthetic_scores import RECOGNITION, SPOTTING, ceiling_sentence, share

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Figure:
    """One measured value.

    goal: the goal in words, and met: whether it is reached; both are None for a value without a goal. Values
    with the unit "UF1" get their share of the ceiling of the synthetic labels in the note.
    """

    name: str
    value: float
    unit: str
    goal: str | None = None
    met: bool | None = None
    note: str = ""


def no_options(description: str) -> None:
    """Parse the command line of a benchmark without options: `--help` prints help, all else is an error."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.parse_args()


def publish(name: str, figures: Sequence[Figure], ceiling: Mapping[str, Any] | None = None) -> bool:
    """Print the table and write results/NAME.json; returns whether all goals are met.

    ceiling: ceiling of the synthetic labels from ``Ceiling.figures``; that of the seven emotions with the
    shares of the generator if None.
    """
    ceiling = ceiling or label_ceiling().figures()
    figures = [_held_against(ceiling["uf1"], figure) for figure in figures]
    table = Table("figure", "value", "unit", "goal", "met", "note", title=name)
    for figure in figures:
        met = {None: "", True: "yes", False: "NO"}[figure.met]
        table.add_row(figure.name, f"{figure.value:.4g}", figure.unit, figure.goal or "", met, figure.note)
    console = Console()
    console.print(table)
    for line in (ceiling_sentence(ceiling), RECOGNITION, SPOTTING):
        console.print(line, highlight=False)
    RESULTS.mkdir(exist_ok=True)
    result = {
        "date": date.today().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "commit": _commit(),
        "generator_version": GENERATOR_VERSION,
        "label_ceiling": ceiling,
        "rows": [asdict(figure) for figure in figures],
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return all(figure.met is not False for figure in figures)


def kept(name: str, measured: tuple[str, ...]) -> list[Figure]:
    """Rows of the last results/NAME.json, except those whose names begin with one of ``measured``.

    The note of each row gets its commit and date.
    """
    path = RESULTS / f"{name}.json"
    if not path.is_file():
        return []
    last = json.loads(path.read_text(encoding="utf-8"))
    when = f"kept from {last['commit']}, {last['date']}"
    rows = [Figure(**row) for row in last["rows"] if not row["name"].startswith(measured)]
    return [row if "kept from" in row.note else replace(row, note=_notes(row.note, when)) for row in rows]


def _notes(*notes: str) -> str:
    return "; ".join(note for note in notes if note)


def _held_against(ceiling: float, figure: Figure) -> Figure:
    """The row, for a UF1 with its share of the ceiling in the note."""
    said = f"{share(figure.value, ceiling)} of the ceiling"
    if figure.unit != "UF1" or figure.note.startswith(said):
        return figure
    return replace(figure, note=_notes(said, figure.note))


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"
