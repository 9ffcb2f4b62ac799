"""What each rule of rejection costs in recall, and how many false events it prevents.

Each rule is left out in turn, and the spotter runs again on the recorded measurements of all streams up to
60 fps: a rule that costs more true expressions than it prevents false ones shows.
"""

from __future__ import annotations

from collections.abc import Sequence

import joblib
from rich.progress import track

from benchmarks.scoring import noticed
from benchmarks.streams import StreamResult
from benchmarks.table import Figure
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.rejection import REASONS


def figures(results: Sequence[StreamResult]) -> list[Figure]:
    """Two rows for each rule: how many more true expressions, and false events, there are without it."""
    everything = [(), *((reason,) for reason in REASONS)]
    jobs = [
        joblib.delayed(_counts)(one, without) for without in everything for one in results if _is_plain(one)
    ]
    counts = list(track(joblib.Parallel(n_jobs=2, return_as="generator")(jobs), "rules", len(jobs)))
    per_run = len(counts) // len(everything)
    sums = [
        tuple(sum(column) for column in zip(*counts[i * per_run : (i + 1) * per_run], strict=True))
        for i in range(len(everything))
    ]
    found, true, false, minutes = sums[0]
    note = f"with all rules {found:.0f} of {true:.0f} found, {false:.0f} false in {minutes:.0f} min"
    rows = []
    for reason, (more_found, _, more_false, _) in zip(REASONS, sums[1:], strict=True):
        rows.append(Figure(f"rule {reason}: costs", more_found - found, "true events", note=note))
        rows.append(Figure(f"rule {reason}: prevents", more_false - false, "false events"))
    return rows


def _is_plain(one: StreamResult) -> bool:
    """Whether a stream has its own expressions at the usual size, or none."""
    return not one.stream.variant and not one.stream.jpeg_quality


def _counts(one: StreamResult, without: tuple[str, ...]) -> tuple[float, float, float, float]:
    """Expressions found, true expressions, false events and minutes, without some of the rules."""
    other = one.with_other(SpotterConfig(without_rules=without))
    hits, true = noticed(other)
    false = sum(
        not any(f.onset_s < t.offset_s and f.offset_s > t.onset_s for t in one.truth) for f in other.found
    )
    return hits, true, false, one.minutes
