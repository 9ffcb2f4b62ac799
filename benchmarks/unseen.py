"""`make bench-unseen`: all systems that read flow on the unseen generator, and the default beside `linear`.

One `mer evaluate --data synthetic --unseen --model all`, which trains every system twice: on one head with
smooth noise, tested on the other with rough noise. `--out DIR` resumes an interrupted run from its folds.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.command import MER
from benchmarks.table import Figure, publish
from mer_ros.evaluation.bootstrap import Comparison, compare, confusions_by_subject
from mer_ros.graph.parameters import CLASSIFIER
from mer_ros.metrics import uf1
from mer_ros.types import EMOTIONS

CONTROL = "linear"
CHANCE = 0.05
MOST_ECE = 0.05
SEED = 0


def run(out: Path) -> dict[str, Any]:
    """Evaluate in a separate process; the content of results.json."""
    command = [*MER, "evaluate"]
    options = ["--data", "synthetic", "--unseen", "--model", "all", "--out", str(out)]
    subprocess.run([*command, *options], check=True)
    found: dict[str, Any] = json.loads((out / "results.json").read_text(encoding="utf-8"))
    return found


def confusions(predictions: Path) -> dict[str, NDArray[np.int64]]:
    """(P, C, C) confusions by subject of each system, from predictions.csv."""
    rows: dict[str, list[tuple[int, int, str]]] = {}
    with predictions.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            truth, label = EMOTIONS.index(row["truth"]), EMOTIONS.index(row["label"])
            subject = f"{row['dataset']}/{row['subject']}"
            rows.setdefault(row["system"], []).append((truth, label, subject))
    found = {}
    for system, own in rows.items():
        truths, labels = (np.array([one[k] for one in own], np.int64) for k in (0, 1))
        subjects = np.array([one[2] for one in own])
        found[system] = confusions_by_subject(truths, labels, subjects, len(EMOTIONS))
    return found


def figures_of(
    results: Mapping[str, Any], by_subject: Mapping[str, NDArray[np.int64]], default: str
) -> list[Figure]:
    """The scores of all systems, and the lead of each trained system over the control ``linear``."""
    rows = []
    for name, system in results["systems"].items():
        score = system["scores"]["all"]["uf1"]
        kind = "control" if system["control"] else "system"
        note = f"{kind}; [{score['low']:.3f}, {score['high']:.3f}] over subjects"
        rows.append(Figure(name, score["value"], "UF1", note=note))
    for name in by_subject:
        if results["systems"][name]["control"]:
            continue
        found = compare(by_subject[name], by_subject[CONTROL], uf1, SEED)
        goal = "not behind beyond chance" if name == default else None
        met = not behind(found) if name == default else None
        note = f"[{found.interval.low:+.3f}, {found.interval.high:+.3f}], p {found.p:.3f}"
        rows.append(
            Figure(f"{name}: lead over {CONTROL}", found.difference, "UF1 difference", goal, met, note)
        )
    return rows


def behind(found: Comparison) -> bool:
    """Whether a system is behind by more than chance explains."""
    return found.difference < 0 and found.p < CHANCE


def confidence_of(default: str) -> Figure:
    """Calibration error of the shipped default on the unseen head, which its file states."""
    from mer_ros import files
    from mer_ros.recognition import Recogniser

    card = Recogniser.load(files.models_dir() / f"{default}.safetensors").card
    error = float(card.training["unseen"]["ece"])
    note = "of two copies, each on the other head; from the file"
    return Figure(f"{default}: calibration error", error, "ECE", f"<= {MOST_ECE}", error <= MOST_ECE, note)


def default_model() -> str:
    """The default of the classifier's parameter ``model``."""
    return next(str(p.default) for p in CLASSIFIER if p.name == "model")


def main() -> int:
    """Evaluate and publish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, help="folder to keep, and to resume from")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        out = options.out or Path(place)
        results = run(out)
        by_subject = confusions(out / "predictions.csv")
    default = default_model()
    figures = [*figures_of(results, by_subject, default), confidence_of(default)]
    return 0 if publish("unseen", figures, results["label_ceiling"]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
