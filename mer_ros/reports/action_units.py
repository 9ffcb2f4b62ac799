"""The tables of the model card that come from the file of the reader of action units.

After a training, ``python -m mer_ros.reports.action_units`` updates models/MODEL_CARD.md.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from mer_ros import files
from mer_ros.explanation.action_unit_file import training_summary
from mer_ros.face.facs import UNIT_DESCRIPTIONS
from mer_ros.files import write_text
from mer_ros.recognition.model_files import ACTION_UNITS

CARD = "MODEL_CARD.md"

_TABLE = re.compile(r"(<!-- table: action units (file|errors) -->\n).*?(<!-- end of table -->)", re.DOTALL)


def file_table(path: Path) -> str:
    """Markdown table of the file: size and SHA-256."""
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    row = f"| `{path.name}` | reader of action units | {len(content) / 1e6:.1f} MB | `{digest}` |"
    return "\n".join(["| file | what | size | SHA-256 |", "|---|---|---|---|", row])


def error_table(unseen: dict[str, Any]) -> str:
    """Markdown table of the expected errors: each unit, all units, and all sides."""
    rows = [
        "| unit | shown in | AUC | ECE | Brier score | named if shown | shown if named |",
        "|---|---|---|---|---|---|---|",
    ]
    for unit, own in unseen["unit"]["units"].items():
        rows.append(_row(f"{unit}, {UNIT_DESCRIPTIONS[unit]}", own))
    rows.append(_row("**mean or total of all units**", unseen["unit"]))
    rows.append(_row("mean or total of all sides", unseen["side"]))
    return "\n".join(rows)


def with_tables(card: str, path: Path) -> str:
    """The card with both marked tables replaced by those of a file; CheckpointError if it is damaged."""
    tables = {"file": file_table(path), "errors": error_table(training_summary(path)["unseen"])}
    return _TABLE.sub(lambda found: f"{found[1]}\n{tables[found[2]]}\n\n{found[3]}", card)


def _row(name: str, own: dict[str, Any]) -> str:
    share = f"{own['share']:.1%}" if "share" in own else ""
    values = [_digits(own[key]) for key in ("auc", "ece", "brier", "named", "right")]
    return "| " + " | ".join([name, share, *values]) + " |"


def _digits(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}".lstrip("0") if value < 1 else f"{value:.2f}"


if __name__ == "__main__":
    card = files.models_dir() / CARD
    write_text(card, with_tables(card.read_text(encoding="utf-8"), files.models_dir() / ACTION_UNITS))
