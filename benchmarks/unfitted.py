"""Rows of the spotting bench that no rule was fitted to.

The other head, open mouths, uneven sides, expressions that do not return, compressed pictures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.scoring import noticed, pairs
from benchmarks.streams import TEST_SEEDS, Stream, StreamResult
from benchmarks.table import Figure
from benchmarks.variants import ASYMMETRY, NO_RETURN, OPEN_MOUTH
from mer_ros.evaluation.spotting import pooled_f1
from mer_ros.spotting.unit_patterns import PULLED, SCULPTED

_HEADS = {PULLED: "first head", SCULPTED: "second head"}

_ACROSS = ((200.0, 0.85, 0.0), (60.0, 0.80, 0.0), (30.0, 0.75, 0.2))
"""Frame rate, least micro F1, and shortest true event that counts, s."""

_ACROSS_SEEDS = {200.0: TEST_SEEDS[24:26], 60.0: TEST_SEEDS[26:29], 30.0: TEST_SEEDS[29:32]}

_MIN_OPEN_MOUTH, _JPEG_QUALITY = 0.80, 30


def _across() -> dict[float, list[Stream]]:
    """Streams of the second head, searched with the patterns of the first, by frame rate."""
    return {
        fps: [Stream(seed, fps, head=SCULPTED, patterns=(PULLED,)) for seed in seeds]
        for fps, seeds in _ACROSS_SEEDS.items()
    }


def _special() -> dict[str, list[Stream]]:
    """Streams at 60 fps by the name of their row."""
    special = {}
    for i, (head, words) in enumerate(_HEADS.items()):
        first, second, third = (
            TEST_SEEDS[32 + 6 * i : 34 + 6 * i],
            TEST_SEEDS[34 + 6 * i],
            TEST_SEEDS[35 + 6 * i],
        )
        special[f"open mouth, {words}"] = [Stream(s, 60.0, head=head, variant=OPEN_MOUTH) for s in first]
        special[f"asymmetry {ASYMMETRY:g}, {words}"] = [
            Stream(second, 60.0, head=head, variant=f"asymmetry {ASYMMETRY:g}")
        ]
        special[f"no return, {words}"] = [Stream(third, 60.0, head=head, variant=NO_RETURN)]
    special[f"JPEG of quality {_JPEG_QUALITY}, 2 px"] = [
        Stream(seed, 60.0, 2.0, jpeg_quality=_JPEG_QUALITY) for seed in TEST_SEEDS[44:46]
    ]
    return special


def streams(quick: bool = False) -> list[Stream]:
    """All streams of these rows; with ``quick`` the first of each group."""
    groups = [*_across().values(), *_special().values()]
    return [stream for group in groups for stream in (group[:1] if quick else group)]


def figures(seen: Mapping[Stream, StreamResult], first_head: Mapping[str, Sequence[Stream]]) -> list[Figure]:
    """The rows. seen: results by stream. first_head: the ordinary streams of the first head by setting."""
    rows = []
    for fps, least, shortest_s in _ACROSS:
        results = [seen[stream] for stream in _across()[fps] if stream in seen]
        rows.append(_f1(f"{fps:g} fps, second head, patterns of the first", results, least, shortest_s))
        both = [one.with_other() for one in results]
        rows.append(_f1(f"{fps:g} fps, second head, patterns of both", both, None, shortest_s))
        setting = next(name for name in first_head if name.startswith(f"{fps:g} fps, 1 px"))
        other = [seen[stream].with_other(patterns=(SCULPTED,)) for stream in first_head[setting]]
        rows.append(_f1(f"{fps:g} fps, first head, patterns of the second", other, least, shortest_s))
    for name, group in _special().items():
        results = [seen[stream] for stream in group if stream in seen]
        if group[0].variant in (OPEN_MOUTH, NO_RETURN):
            goal = _MIN_OPEN_MOUTH if group[0].variant == OPEN_MOUTH else None
            rows.append(_recall(f"60 fps, {name}", results, goal))
        else:
            rows.append(_f1(f"60 fps, {name}", results, None, 0.0))
    return rows


def _f1(name: str, results: list[StreamResult], least: float | None, shortest_s: float) -> Figure:
    found = [pairs(one, one.found, shortest_s) for one in results]
    hits, missed, false = (sum(len(getattr(m, k)) for m in found) for k in ("pairs", "missed", "false"))
    note, f1 = f"{hits} hits, {missed} missed, {false} false", pooled_f1(found)
    if least is None:
        return Figure(f"{name}: micro F1", f1, "F1", note=note)
    return Figure(f"{name}: micro F1", f1, "F1", f">= {least:g}", f1 >= least, note)


def _recall(name: str, results: list[StreamResult], least: float | None) -> Figure:
    counts = [noticed(one) for one in results]
    hits, true = (sum(column) for column in zip(*counts, strict=True))
    share, note = hits / true, f"{hits} of {true}, micro and macro"
    if least is None:
        return Figure(f"{name}: recall", share, "share", note=note)
    return Figure(f"{name}: recall", share, "share", f">= {least:g}", share >= least, note)
