"""What each rule of rejection costs in recall, and how many false events it prevents.

Each rule is left out in turn, and the spotter runs again on the recorded measurements of all streams up to
60 fps: a rule that costs more true expressions than it prevents false ones shows. On a stream on which a rule
rejected nothing, the spotter finds the same without it, so it does not run again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import joblib
from rich.progress import track

from benchmarks.scoring import noticed
from benchmarks.streams import StreamResult
from benchmarks.table import Figure
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.rejection import REASONS, SPEECH

ALL = ""
"""Key of the counts with all rules."""


class Counts(NamedTuple):
    """Expressions found, true expressions, false events and minutes of one stream, or of several."""

    found: int
    true: int
    false: int
    minutes: float


def figures(results: Sequence[StreamResult]) -> list[Figure]:
    """Two rows for each rule: how many more true expressions, and false events, there are without it."""
    jobs = [joblib.delayed(counts_of)(one) for one in results if _is_plain(one)]
    counts = list(track(joblib.Parallel(n_jobs=2, return_as="generator")(jobs), "rules", len(jobs)))
    every = _sum(counts, ALL)
    note = (
        f"with all rules {every.found} of {every.true} found, {every.false} false in {every.minutes:.0f} min"
    )
    rows = []
    for reason in REASONS:
        without = _sum(counts, reason)
        rows.append(Figure(f"rule {reason}: costs", without.found - every.found, "true events", note=note))
        rows.append(Figure(f"rule {reason}: prevents", without.false - every.false, "false events"))
    return rows


def counts_of(one: StreamResult) -> dict[str, Counts]:
    """The counts of a stream without each rule by its reason, and with all rules as ``ALL``."""
    every = one.with_other()
    counts = {ALL: _counts(every)}
    for reason in REASONS:
        # without the rule of speech no event waits, so it always matters
        if reason == SPEECH or reason in every.applied_rules:
            counts[reason] = _counts(one.with_other(SpotterConfig(without_rules=(reason,))))
        else:
            counts[reason] = counts[ALL]
    return counts


def _sum(counts: Sequence[Mapping[str, Counts]], key: str) -> Counts:
    return Counts(*(sum(column) for column in zip(*(one[key] for one in counts), strict=True)))


def _is_plain(one: StreamResult) -> bool:
    """Whether a stream has its own expressions at the usual size, or none."""
    return not one.stream.variant and not one.stream.jpeg_quality


def _counts(one: StreamResult) -> Counts:
    false = sum(
        not any(f.onset_s < t.offset_s and f.offset_s > t.onset_s for t in one.truth) for f in one.found
    )
    return Counts(*noticed(one), false, one.minutes)
