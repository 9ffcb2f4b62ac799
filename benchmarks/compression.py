"""`python -m benchmarks.compression`: the spotter on strongly compressed pictures, all nuisances, 60 fps.

Clips without expressions, each the first minute of a face, and clips with expressions of 2 px, compressed and
not. H.264 is encoded by x264 (preset medium, a key frame every 250 frames).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from benchmarks.scoring import measure, pairs
from benchmarks.streams import Stream, StreamResult
from benchmarks.table import Figure, no_options, publish
from mer_ros.data.synthetic.clip import PHOTOGRAPH
from mer_ros.evaluation.spotting import pooled_f1
from mer_ros.spotting.unit_patterns import SCULPTED

FPS, AMPLITUDE_PX = 60.0, 2.0
CRF_QUIET, CRF_MOVING, JPEG_QUALITY = 34, 28, 30
QUIET_SEEDS, MOVING_SEEDS = (*range(854, 858), *range(860, 866)), (858, 859)
MAX_F1_LOSS = 0.05


def _stream(seed: int, minutes: float, crf: int, jpeg_quality: int) -> Stream:
    head = SCULPTED if seed % 2 else PHOTOGRAPH
    return Stream(seed, FPS, AMPLITUDE_PX, minutes, head, jpeg_quality=jpeg_quality, crf=crf)


def quiet(crf: int = 0, jpeg_quality: int = 0) -> list[Stream]:
    """One minute without expressions for each seed, on both heads in turn."""
    return [_stream(seed, 1.0, crf, jpeg_quality) for seed in QUIET_SEEDS]


def moving(crf: int = 0, jpeg_quality: int = 0) -> list[Stream]:
    """A clip with 14 expressions on each head."""
    return [_stream(seed, 0.0, crf, jpeg_quality) for seed in MOVING_SEEDS]


def streams() -> list[Stream]:
    """All streams."""
    return [
        *quiet(crf=CRF_QUIET),
        *quiet(jpeg_quality=JPEG_QUALITY)[:2],
        *moving(),
        *moving(crf=CRF_MOVING),
        *moving(jpeg_quality=JPEG_QUALITY),
    ]


def figures(seen: Mapping[Stream, StreamResult]) -> list[Figure]:
    """The rows. seen: results by stream."""
    rows = []
    for words, group in (
        (f"H.264 crf {CRF_QUIET}", quiet(crf=CRF_QUIET)),
        (f"JPEG of quality {JPEG_QUALITY}", quiet(jpeg_quality=JPEG_QUALITY)[:2]),
    ):
        results = [seen[stream] for stream in group]
        false, minutes = sum(len(one.found) for one in results), sum(one.minutes for one in results)
        note = f"{minutes:.1f} min without expressions, {len(results)} clips"
        rows.append(Figure(f"{words}: false events", false, "events", "0", false == 0, note))
    plain = _f1("uncompressed", [seen[stream] for stream in moving()], None)
    rows.append(plain)
    least = plain.value - MAX_F1_LOSS
    for words, group in (
        (f"H.264 crf {CRF_MOVING}", moving(crf=CRF_MOVING)),
        (f"JPEG of quality {JPEG_QUALITY}", moving(jpeg_quality=JPEG_QUALITY)),
    ):
        rows.append(_f1(words, [seen[stream] for stream in group], least))
    return rows


def _f1(words: str, results: list[StreamResult], least: float | None) -> Figure:
    found = [pairs(one, one.found) for one in results]
    hits, missed, false = (sum(len(getattr(m, k)) for m in found) for k in ("pairs", "missed", "false"))
    name, note, f1 = (
        f"{words}, 2 px: micro F1",
        f"{hits} hits, {missed} missed, {false} false",
        pooled_f1(found),
    )
    if least is None:
        return Figure(name, f1, "F1", note=note)
    return Figure(name, f1, "F1", f">= {least:.3f}", f1 >= least, note)


def main() -> int:
    """Print the table and write benchmarks/results/compression.json; 1 if a goal is missed."""
    no_options(__doc__ or "")
    seen = {one.stream: one for one in measure((stream, False) for stream in streams())}
    return 0 if publish("compression", figures(seen)) else 1


if __name__ == "__main__":
    sys.exit(main())
