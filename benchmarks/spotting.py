"""Offline half of `make bench-perception`: the spotter and the published baselines on the same streams.

``python -m benchmarks.spotting`` runs this half only. With ``--only spotter`` it keeps the F1 of the
baselines from the last results, which changes of the spotter do not affect, and marks them as kept. With
``--tune`` it prints the best threshold p of each baseline on the tuning seeds.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from benchmarks import rule_costs, table, unfitted
from benchmarks.scoring import counted, measure, pairs
from benchmarks.spotted_image import draw
from benchmarks.streams import TEST_SEEDS, TUNING_SEEDS, Spot, Stream, StreamResult
from benchmarks.table import Figure, publish
from mer_ros.evaluation.spotting import Matching, apex_error_s, pooled_f1
from mer_ros.limits import MICRO_MAX_S, MICRO_MIN_S
from mer_ros.spotting.baselines import TUNED_P, spot

COMPARED = 2
"""Number of streams of each setting on which the baselines run, which take longer than the spotter."""


class Setting(NamedTuple):
    """Setting in which the spotter is measured.

    goal: minimum micro F1, None to report only. seeds: one per stream. shortest_s: shortest true event that
    counts.
    """

    name: str
    fps: float
    amplitude_px: float
    goal: float | None
    seeds: range
    shortest_s: float = 0.0

    def streams(self) -> list[Stream]:
        """One stream for each seed."""
        return [Stream(seed, self.fps, self.amplitude_px) for seed in self.seeds]


SETTINGS = (
    Setting("200 fps, 1 px", 200.0, 1.0, 0.92, TEST_SEEDS[:2]),
    Setting("200 fps, 0.5 px", 200.0, 0.5, 0.75, TEST_SEEDS[4:6]),
    Setting("100 fps, 1 px", 100.0, 1.0, None, TEST_SEEDS[-2:]),
    Setting("60 fps, 1 px", 60.0, 1.0, 0.88, TEST_SEEDS[8:12]),
    Setting("30 fps, 1 px, events of 200 ms and longer", 30.0, 1.0, 0.85, TEST_SEEDS[12:16], 0.2),
)
QUIET = ((200.0, 1.0), (100.0, 1.0), (60.0, 8.0), (30.0, 20.0))
"""Streams without expressions: frame rate and minutes, two streams each."""
QUIET_SEEDS = TEST_SEEDS[16:24]


def _pairs_of(seen: StreamResult, matching: Matching, shortest_s: float) -> list[tuple[Spot, Spot]]:
    """The spotted and the true expression of each hit."""
    spotted, true = counted(seen, seen.found, shortest_s)
    return [(spotted[s], true[t]) for s, t in matching.pairs]


def by_baseline(seen: StreamResult, name: str, p: float) -> list[Spot]:
    """The intervals that a published method finds, given the complete recording."""
    found = spot(seen.baselines[name], seen.stamps_ns, p, limits_s=(MICRO_MIN_S, MICRO_MAX_S))
    return [Spot(i.onset_ns * 1e-9, i.apex_ns * 1e-9, i.offset_ns * 1e-9, True) for i in found]


QUICK_SETTINGS, QUICK_SHARE = (0, 3, 4), 3
"""Settings of the short run, with half of their streams, and a third of the minutes without expressions."""


def quiet_streams(share: int = 1) -> list[Stream]:
    """The streams without expressions. share: by which their length is divided."""
    spans = [(fps, minutes / 2 / share) for fps, minutes in QUIET for _ in range(2)]
    return [Stream(seed, fps, 1.0, half) for seed, (fps, half) in zip(QUIET_SEEDS, spans, strict=True)]


def figures(kept: Mapping[str, Figure] | None, quick: bool = False) -> list[Figure]:
    """All rows of the offline half.

    kept: earlier rows by name, from which the rows of the baselines are copied; None to run the baselines.
    quick: only a part of the streams.
    """
    settings = [SETTINGS[k] for k in QUICK_SETTINGS] if quick else list(SETTINGS)
    groups = [setting.streams() for setting in settings]
    if quick:
        groups = [group[: (len(group) + 1) // 2] for group in groups]
    n_compared = 0 if kept else COMPARED
    streams = [(stream, i < n_compared) for chosen in groups for i, stream in enumerate(chosen)]
    quiet, other = quiet_streams(QUICK_SHARE if quick else 1), unfitted.streams(quick)
    plain = [(stream, False) for stream in [*quiet, *other]]
    seen = {one.stream: one for one in measure([*streams, *plain])}
    if kept is None:
        shown = seen[groups[0][0]]
        draw(shown, {method: by_baseline(shown, method, p) for method, p in TUNED_P.items()})
    rows = []
    for setting, chosen in zip(settings, groups, strict=True):
        rows += _of_setting(setting, [seen[stream] for stream in chosen], kept)
    minutes = sum(seen[stream].minutes for stream in quiet)
    false = sum(len(seen[stream].found) for stream in quiet)
    note = ", ".join(f"{m / (QUICK_SHARE if quick else 1):.1f} min at {fps:g} fps" for fps, m in QUIET)
    rows.append(Figure(f"false events in {minutes:.0f} min", false, "events", "<= 1", false <= 1, note))
    first_head = {setting.name: group for setting, group in zip(settings, groups, strict=True)}
    rows += unfitted.figures(seen, first_head)
    slow = [one for one in seen.values() if one.stream.fps <= 60 and not one.stream.jpeg_quality]
    return rows + rule_costs.figures(slow)


def _of_setting(
    setting: Setting, seen: list[StreamResult], kept: Mapping[str, Figure] | None
) -> list[Figure]:
    name, shortest_s = setting.name, setting.shortest_s

    def held(what: str, value: float, unit: str, goal: str, met: bool, note: str) -> Figure:
        """A row with its goal, if the setting has goals."""
        if setting.goal is None:
            return Figure(f"{name}: {what}", value, unit, note=note)
        return Figure(f"{name}: {what}", value, unit, goal, met, note)

    found = [pairs(one, one.found, shortest_s) for one in seen]
    f1 = pooled_f1(found)
    n_hits, misses, false = (sum(len(getattr(m, k)) for m in found) for k in ("pairs", "missed", "false"))
    note = f"{n_hits} hits, {misses} missed, {false} false, {sum(one.minutes for one in seen):.0f} min"
    least = setting.goal or 0.0
    rows = [held("micro F1", f1, "F1", f">= {least:g}", f1 >= least, note)]
    hits = [
        pair
        for one, matching in zip(seen, found, strict=True)
        for pair in _pairs_of(one, matching, shortest_s)
    ]
    error_ms = 1000 * apex_error_s([s.apex_s for s, _ in hits], [true.apex_s for _, true in hits])
    late = [spotted.published_s - true.offset_s for spotted, true in hits]
    p90_ms = 1000 * float(np.quantile(late, 0.9)) if hits else float("nan")
    rows.append(held("apex error", error_ms, "ms", "<= 15", error_ms <= 15, "mean of the hits"))
    note = f"median {1000 * float(np.median(late)):.0f}, longest {1000 * max(late):.0f}" if hits else ""
    rows.append(held("published after the offset, 90 %", p90_ms, "ms", "<= 80", p90_ms <= 80, note))
    compared = seen[:COMPARED]
    ours = pooled_f1(pairs(one, one.found, shortest_s) for one in compared)
    for method, p in TUNED_P.items():
        note = f"the spotter {ours:.3f} on the same {len(compared)} streams; {method} uses whole recordings"
        if kept is None:
            theirs = pooled_f1(pairs(one, by_baseline(one, method, p), shortest_s) for one in compared)
        else:
            row = kept[f"{name}: {method}"]
            theirs, note = row.value, f"{note}; {row.note.rpartition('; ')[2]}"
        rows.append(held(method, theirs, "F1", "below the spotter", theirs < ours, note))
    return rows


def tune() -> dict[str, tuple[float, float]]:
    """Best threshold p of a grid and its F1 for each baseline, on one stream of each setting with a goal."""
    asked_for = [setting for setting in SETTINGS if setting.goal is not None]
    streams = [Stream(seed, s.fps, s.amplitude_px) for seed, s in zip(TUNING_SEEDS, asked_for, strict=False)]
    seen = measure((stream, True) for stream in streams)

    shortest = {stream: setting.shortest_s for stream, setting in zip(streams, asked_for, strict=True)}

    def f1(method: str) -> Callable[[float], float]:
        return lambda p: pooled_f1(
            pairs(one, by_baseline(one, method, p), shortest[one.stream]) for one in seen
        )

    grid = np.round(np.arange(0.05, 1.0, 0.05), 2).tolist()
    best = {method: max(grid, key=f1(method)) for method in TUNED_P}
    return {method: (p, f1(method)(p)) for method, p in best.items()}


def main() -> int:
    """Measure and publish, or tune."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--only", choices=("spotter",), help="keep the baselines' rows")
    one.add_argument("--quick", action="store_true", help="as --only spotter, a third of the streams, 12 min")
    one.add_argument("--tune", action="store_true", help="find the baselines' thresholds")
    options = parser.parse_args()
    if options.tune:
        sys.stdout.write("".join(f"{name}: p {p:g}, F1 {f1:.3f}\n" for name, (p, f1) in tune().items()))
        return 0
    short = options.only or options.quick
    kept = {row.name: row for row in table.kept("spotting", ())} if short else None
    if kept == {}:
        raise SystemExit("There are no earlier results to keep rows from: run without --only.")
    name = "spotting_quick" if options.quick else "spotting"
    return 0 if publish(name, figures(kept, options.quick)) else 1


if __name__ == "__main__":
    raise SystemExit(main())
