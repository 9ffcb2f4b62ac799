"""`make bench-evaluation`: goals of the evaluation, on a synthetic folder with the size and layout of MEGC.

Every run is one `mer evaluate` in a separate process.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.command import MER
from benchmarks.table import Figure, no_options, publish
from mer_ros.data.synthetic_folder import write_synthetic_folder

LIMIT_S = 180.0


def run(folder: Path, out: Path) -> float:
    """Evaluate all controls, leave-one-subject-out; returns the duration in s."""
    began = time.monotonic()
    command = [*MER, "evaluate"]
    options = ["--data", "megc-flow", "--root", str(folder), "--protocol", "megc2019", "--out", str(out)]
    subprocess.run([*command, *options], check=True)
    return time.monotonic() - began


def contents(folder: Path) -> dict[str, bytes]:
    """Content of all files below a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def figures_of(results: dict[str, Any], seconds: list[float], differing: dict[str, int]) -> list[Figure]:
    """The goals and the measured values."""
    data, worst = results["data"], max(seconds)
    note = f"{data['clips']} clips, {data['subjects']} subjects; the slower of {len(seconds)} runs"
    rows = [Figure("all controls, LOSO", worst, "s", f"< {LIMIT_S:g}", worst < LIMIT_S, note)]
    for what, count in differing.items():
        rows.append(Figure(f"{what}: files that differ", count, "files", "0", count == 0, "same seed twice"))
    for name, system in results["systems"].items():
        score = system["scores"]["all"]["uf1"]
        note = f"[{score['low']:.3f}, {score['high']:.3f}] over subjects; synthetic flow, three classes"
        rows.append(Figure(name, score["value"], "UF1", note=note))
    return rows


def main() -> int:
    """Generate the folder twice, evaluate twice and publish the results."""
    with tempfile.TemporaryDirectory() as place:
        folders = [write_synthetic_folder(Path(place, name)) for name in ("first", "again")]
        outs = [Path(place, name) for name in ("out_first", "out_again")]
        seconds = [run(folder, out) for folder, out in zip(folders, outs)]
        differing = {}
        for what, (first, again) in {"synthetic folder": folders, "evaluation": outs}.items():
            a, b = contents(first), contents(again)
            differing[what] = sum(a.get(name) != b.get(name) for name in a.keys() | b.keys())
        results = json.loads((outs[0] / "results.json").read_text(encoding="utf-8"))
    figures = figures_of(results, seconds, differing)
    return 0 if publish("evaluation", figures, results["label_ceiling"]) else 1


if __name__ == "__main__":
    no_options(__doc__)
    raise SystemExit(main())
