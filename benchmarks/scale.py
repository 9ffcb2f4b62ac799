"""`make bench-scale`: folds in several processes (speed, kills, a Ray cluster), costs, time of the report.

The folder has the layout of MEGC flow images, and `small` is trained in every fold (leave one subject out).
The cluster needs ray (requirements/ray.txt), which `make bench-scale` installs.
`--only` runs one part and keeps the rows of the others.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import math
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.command import MER
from benchmarks.fold_costs import fold_costs
from benchmarks.table import Figure, kept, publish
from mer_ros.data.synthetic_folder import FolderPart, write_synthetic_folder
from mer_ros.evaluation.results import SCORES
from mer_ros.reports.evaluation_page import REPORT

PARTS = (
    FolderPart("casme2", 8, (30, 11, 9)),
    FolderPart("smic", 6, (24, 17, 15)),
    FolderPart("samm", 8, (31, 9, 5)),
)
"""151 clips of 22 subjects, a third of MEGC 2019: the folder of the kills."""

RATIO, RAY_RATIO, LOSO_S = 1.7, 1.5, 180
REPORT_S, REPORT_MB = 60, 10
REPORTED = ("linear_prototype", "random_features", "probe", "small", "prototype", "micro_attention")
KILLS = 5
LARGE_SET, LARGE_WORKERS = 10_000, (1, 8, 64)
CLIPS_PER_SUBJECT = 6.5
"""As in MEGC 2019."""


def command(folder: Path, out: Path, *options: str) -> list[str]:
    """`mer evaluate` with `small` and the controls on a folder."""
    data = ["--data", "megc-flow", "--root", str(folder), "--model", "small", "--device", "cpu"]
    return [*MER, "evaluate", *data, "--out", str(out), *options]


def timed(folder: Path, out: Path, *options: str) -> float:
    """Duration of a complete command, s."""
    began = time.monotonic()
    subprocess.run(command(folder, out, *options), check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def contents(folder: Path) -> dict[str, bytes]:
    """Content of all files below a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def differing(one: Path, other: Path) -> int:
    """Number of files that differ."""
    a, b = contents(one), contents(other)
    return sum(a.get(name) != b.get(name) for name in a.keys() | b.keys())


def killed(folder: Path, out: Path, whole_s: float) -> int:
    """Kill a command with two workers several times at random moments, and let it finish.

    Returns the number of finished folds that were computed again.
    """
    rng, repeated = random.Random(0), 0
    stored: dict[Path, int] = {}
    for last in [False] * KILLS + [True]:
        process = subprocess.Popen(command(folder, out, "--workers", "2"), stdout=subprocess.DEVNULL)
        try:
            process.wait(None if last else rng.uniform(0.1, 0.4) * whole_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        repeated += sum(path.stat().st_mtime_ns != when for path, when in stored.items())
        stored = {path: path.stat().st_mtime_ns for path in out.glob("folds/*/*.json")}
    return repeated


@contextmanager
def ray_cluster() -> Iterator[str]:
    """The address of a cluster of two nodes with one CPU each."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    try:
        cluster.add_node(num_cpus=1)
        yield cluster.address
    finally:
        cluster.shutdown()


def speed_figures(place: Path) -> list[Figure]:
    """One worker against two, and against a Ray cluster."""
    folder = write_synthetic_folder(place / "large")
    one_s, two_s = timed(folder, place / "one"), timed(folder, place / "two", "--workers", "2")
    note = f"{one_s:.0f} s and {two_s:.0f} s, start and report included; load {load():.1f}"
    ratio = one_s / two_s
    name = "speed: LOSO of small and the controls (linear too), 442 clips, one worker"
    rows = [Figure(name, one_s, "s", f"< {LOSO_S}", one_s < LOSO_S)]
    rows += [Figure("speed: two workers against one", ratio, "x", f">= {RATIO}", ratio >= RATIO, note)]
    count = differing(place / "one", place / "two")
    rows.append(Figure("speed: files that differ, one and two workers", count, "files", "0", count == 0))
    with ray_cluster() as address:
        ray_s = timed(folder, place / "ray", "--ray", address)
    ratio, count = one_s / ray_s, differing(place / "one", place / "ray")
    note = f"{ray_s:.0f} s, two nodes with one CPU each on this machine"
    goal = f">= {RAY_RATIO}"
    rows.append(Figure("speed: Ray cluster against one worker", ratio, "x", goal, ratio >= RAY_RATIO, note))
    rows.append(Figure("speed: files that differ, one worker and Ray", count, "files", "0", count == 0))
    return rows


def kill_figures(place: Path) -> list[Figure]:
    """What kills at random moments change."""
    folder = write_synthetic_folder(place / "small", parts=PARTS)
    whole_s = timed(folder, place / "whole")
    repeated = killed(folder, place / "killed", whole_s)
    count, note = differing(place / "whole", place / "killed"), f"killed {KILLS} times, two workers"
    return [
        Figure("kills: files that differ", count, "files", "0", count == 0, note),
        Figure("kills: finished folds computed again", repeated, "folds", "0", repeated == 0, note),
    ]


def cost_figures(place: Path) -> list[Figure]:
    """One fold of each system, and LOSO on a large set."""
    folds = math.ceil(LARGE_SET / CLIPS_PER_SUBJECT)
    rows = []
    for cost in fold_costs():
        grown = f"grows with the {cost.exponent:.2f}th power of the clips" if cost.exponent else ""
        rows.append(
            Figure(f"cost: {cost.name}, one fold", cost.seconds, "s", note=f"{cost.clips} clips; {grown}")
        )
        total_h = folds * cost.at(LARGE_SET) / 3600
        hours = ", ".join(f"{total_h / n:.3g} h with {n}" for n in LARGE_WORKERS)
        note = f"extrapolated, {folds} folds; workers: {hours}"
        rows.append(
            Figure(f"cost: {cost.name}, LOSO on {LARGE_SET} clips, one worker", total_h, "h", note=note)
        )
    return rows


def load() -> float:
    """Mean number of running processes of the last minute."""
    return os.getloadavg()[0]


def report_figures(place: Path) -> list[Figure]:
    """The report of six systems on synthetic clips, as many as in MEGC 2019: again, with all folds stored."""
    options = ("--data", "synthetic", "--protocol", "subjects-70-30", "--model", ",".join(REPORTED))
    run = [*MER, "evaluate", *options, "--device", "cpu", "--out", str(place / "report")]
    subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
    began = time.monotonic()
    subprocess.run(run, check=True, stdout=subprocess.DEVNULL)
    seconds = time.monotonic() - began
    megabytes = (place / "report" / REPORT).stat().st_size / 1e6
    names = {row["system"] for row in csv.DictReader((place / "report" / SCORES).read_text().splitlines())}
    note = f"{len(names)} systems and controls; start, data and all pictures included"
    return [
        Figure("report: drawn from stored folds", seconds, "s", f"< {REPORT_S}", seconds < REPORT_S, note),
        Figure("report: size", megabytes, "MB", f"< {REPORT_MB}", megabytes < REPORT_MB),
    ]


MEASURED: dict[str, Callable[[Path], list[Figure]]] = {
    "speed": speed_figures,
    "kills": kill_figures,
    "cost": cost_figures,
    "report": report_figures,
}


def main() -> int:
    """Measure everything, or one part, and publish."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", choices=("", *MEASURED), help="one part")
    only = parser.parse_args().only
    chosen = (only,) if only else tuple(MEASURED)
    if "speed" in chosen and not importlib.util.find_spec("ray"):
        parser.error(
            "the package ray is missing: pip install -r requirements/ray.txt, as make bench-scale does"
        )
    rows: list[Figure] = []
    with tempfile.TemporaryDirectory() as name:
        for part in chosen:
            rows += MEASURED[part](Path(name))
    return 0 if publish("scale", [*kept("scale", chosen), *rows]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
