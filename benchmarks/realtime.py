"""The real-time half of `make bench-perception`, or `python -m benchmarks.realtime` alone.

A camera process publishes made pictures that were rendered beforehand; the whole graph runs as processes of
its own, and so do a bare typed subscriber and one that hears every FaceArray. All goes over DDS.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.realtime_run import Run, Setting, run
from benchmarks.table import Figure, publish
from mer_ros.data.synthetic import everyday, made_clip

SEED = 900
FRAMES = 240
COUNT = 12_000


def render(path: Path, fps: float = 200.0, frames: int = FRAMES, start_s: float = 1.0) -> Path:
    """Frames of an everyday made clip in an (N, 480, 640, 3) .npy file."""
    clip = made_clip(SEED, fps, conditions=everyday(SEED))
    first = round(start_s * fps)
    np.save(path, np.stack([clip.render(i) for i in range(first, first + frames)]))
    return path


def figures_of(found: Run, name: str) -> list[Figure]:
    """The promises at 200 fps."""
    bare = found.cpu_ms.get("bare", float("nan"))
    ratio = found.cpu_ms["face_tracker"] / bare
    median, p99 = np.percentile(found.ages_ms, [50, 99]) if len(found.ages_ms) else (np.nan, np.nan)
    lost = found.sent - found.seen
    used = ", ".join(f"{n} {ms:.2f}" for n, ms in found.cpu_ms.items())
    return [
        Figure(f"{name}: frames lost of {found.sent}", lost, "frames", "0", lost == 0,
               f"sent at {found.rate_hz:.1f} fps; bare subscriber took {found.taken}"),
        Figure(f"{name}: tracker CPU over a bare subscriber's", ratio, "ratio", "<= 2.5", ratio <= 2.5,
               f"ms a frame: {used}"),
        Figure(f"{name}: age of a frame at its FaceArray, median", median, "ms", "<= 8", median <= 8),
        Figure(f"{name}: age, 99th percentile", p99, "ms", "<= 25", p99 <= 25),
    ]  # fmt: skip


def main() -> int:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--no-bare", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        frames = render(Path(folder) / "one.npy")
        found = run(Setting(frames, count=options.count, bare=not options.no_bare))
    sys.stdout.write(f"{found.threads_ms}\n{found.status}\n{found.faces[:40]}\n{found.slipped_s}\n")
    for row in figures_of(found, "200 fps"):
        sys.stdout.write(f"{row.name}: {row.value:.4g} {row.unit} ({row.goal}) {row.note}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
