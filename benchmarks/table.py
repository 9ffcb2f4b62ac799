"""What every benchmark does with its figures: a table for people, a file for machines."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from mer_ros.data.synthetic import GENERATOR_VERSION

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Figure:
    """One measured figure. goal: in words, empty where there is none. met: None without a goal."""

    name: str
    value: float
    unit: str
    goal: str = ""
    met: bool | None = None
    note: str = ""


def publish(name: str, figures: Sequence[Figure]) -> bool:
    """Print the table, write results/NAME.json; True if every goal is met."""
    table = Table("figure", "value", "unit", "goal", "met", "note", title=name)
    for figure in figures:
        met = {None: "", True: "yes", False: "NO"}[figure.met]
        table.add_row(figure.name, f"{figure.value:.4g}", figure.unit, figure.goal, met, figure.note)
    Console().print(table)
    RESULTS.mkdir(exist_ok=True)
    result = {
        "date": date.today().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "commit": _commit(),
        "generator_version": GENERATOR_VERSION,
        "rows": [asdict(figure) for figure in figures],
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return all(figure.met is not False for figure in figures)


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"
