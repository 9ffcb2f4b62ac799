"""`make bench-demo`: the goals of the demo with the complete graph, seeds 1 to 5, and one clip at 30 fps.

Every run is one `mer demo`, in separate processes, over DDS.
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
from mer_ros.data.synthetic.ceiling import label_ceiling

SEEDS = (1, 2, 3, 4, 5)
LIMIT_S = 90.0


def run(seed: int, fps: float, folder: Path) -> dict[str, Any]:
    """Run one demo; returns its outcome, exit code and duration."""
    began = time.monotonic()
    command = [*MER, "demo", "--seed", str(seed), "--fps", str(fps)]
    done = subprocess.run([*command, "--out", str(folder)], check=False)
    outcome = json.loads((folder / f"seed_{seed}" / "outcome.json").read_text(encoding="utf-8"))
    return {**outcome, "exit_code": done.returncode, "seconds": time.monotonic() - began}


def figures_of(runs: list[dict[str, Any]], slow: dict[str, Any]) -> list[Figure]:
    """The goals of the demo and the measured values."""
    rows = []
    for outcome in runs:
        share = outcome["hits"] / outcome["events"]
        note = f"{outcome['hits']} of {outcome['events']}, {outcome['labels_right']} labels right"
        rows.append(Figure(f"seed {outcome['seed']}: spotted", share, "share", ">= 0.8", share >= 0.8, note))
        false = outcome["false"]
        rows.append(Figure(f"seed {outcome['seed']}: false", false, "events", "<= 1", false <= 1))
    hits = sum(o["hits"] for o in runs)
    right = sum(o["labels_right"] for o in runs) / max(hits, 1)
    least = 0.8 * label_ceiling().figures()["accuracy"]
    note = f"of {hits}, seven labels; the goal is 80 % of the ceiling of the labels"
    rows.append(
        Figure("labels right of the spotted", right, "share", f">= {least:.2f}", right >= least, note)
    )
    lost = sum(o["frames_sent"] - o["frames_seen"] for o in runs)
    rows.append(Figure("frames lost", lost, "frames", note=f"of {sum(o['frames_sent'] for o in runs)}"))
    longest = max(o["seconds"] for o in [*runs, slow])
    rows.append(Figure("longest demo", longest, "s", f"<= {LIMIT_S:g}", longest <= LIMIT_S))
    failed = sum(o["exit_code"] != 0 for o in [*runs, slow])
    rows.append(Figure("demos that did not deliver", failed, "runs", "0", failed == 0))
    share = slow["hits"] / slow["events"]
    note = f"{slow['hits']} of {slow['events']}, {slow['false']} false"
    rows.append(Figure("30 fps, seed 1: spotted", share, "share", note=note))
    return rows


def main() -> int:
    """Run all demos and publish the results."""
    with tempfile.TemporaryDirectory() as folder:
        runs = [run(seed, 200.0, Path(folder)) for seed in SEEDS]
        slow = run(1, 30.0, Path(folder) / "slow")
    return 0 if publish("demo", figures_of(runs, slow)) else 1


if __name__ == "__main__":
    no_options(__doc__)
    raise SystemExit(main())
