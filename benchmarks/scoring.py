"""Which spotted expressions match true ones, and the results of several streams at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import joblib
from rich.progress import track

from benchmarks.streams import Spot, Stream, StreamResult, watch
from mer_ros.evaluation.spotting import Matching, is_hit, match


def measure(streams: Iterable[tuple[Stream, bool]]) -> list[StreamResult]:
    """Results of all streams, computed in two processes; with each, whether the baselines run."""
    jobs = [joblib.delayed(watch)(stream, baselines) for stream, baselines in streams]
    seen = joblib.Parallel(n_jobs=2, return_as="generator")(jobs)
    return list(track(seen, "streams", len(jobs)))


def counted(
    seen: StreamResult, found: Sequence[Spot], shortest_s: float = 0.0
) -> tuple[list[Spot], list[Spot]]:
    """Spotted and true micro-expressions that count: shorter ones are neither hits nor errors."""
    micro = [true for true in seen.truth if true.micro]
    true = [one for one in micro if one.offset_s - one.onset_s >= shortest_s]
    short = [interval(one) for one in micro if one.offset_s - one.onset_s < shortest_s]
    spotted = [s for s in found if s.micro and not any(is_hit(interval(s), other) for other in short)]
    return spotted, true


def pairs(seen: StreamResult, found: Sequence[Spot], shortest_s: float = 0.0) -> Matching:
    """One-to-one matching of spotted and true micro-expressions."""
    spotted, true = counted(seen, found, shortest_s)
    return match([interval(one) for one in spotted], [interval(one) for one in true])


def interval(one: Spot) -> tuple[float, float]:
    """Onset and offset, s."""
    return one.onset_s, one.offset_s


def noticed(seen: StreamResult) -> tuple[int, int]:
    """Number of true expressions during whose movement an event begins or lasts, of any kind; and of all."""
    hits = sum(
        any(found.onset_s < true.offset_s and found.offset_s > true.onset_s for found in seen.found)
        for true in seen.truth
    )
    return hits, len(seen.truth)
