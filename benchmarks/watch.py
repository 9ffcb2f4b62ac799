"""`make bench-watch`: what an open page of `mer watch` costs the tracker, and how late its picture is, 3 min.

The complete graph runs at 640x480 and 200 fps: without a page, with one, and without again. The tracker's CPU
time with a page is compared with the mean of the two other runs, since machines change their speed.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import mean

import numpy as np

from benchmarks.realtime_images import render
from benchmarks.realtime_run import Run, Setting, run
from benchmarks.table import Figure, publish

COUNT = 6_000


def figures(found: Run, without: list[Run]) -> list[Figure]:
    """Rows of the benchmark. found: run with a page. without: runs without one."""
    lost, others = found.sent - found.seen, [of.sent - of.seen for of in without]
    own_ms, base_ms = found.cpu_ms["face_tracker"], [of.cpu_ms["face_tracker"] for of in without]
    more = own_ms / mean(base_ms) - 1
    median, late = np.percentile(found.picture_ms, [50, 99])
    base = " and ".join(f"{ms:.2f}" for ms in base_ms)
    cost = f"mer watch {found.cpu_ms['mer_watch']:.2f} ms a frame, the page {found.cpu_ms['page']:.2f}"
    rate_hz = len(found.picture_ms) / (found.sent / found.rate_hz)
    sent = f"sent at {found.rate_hz:.1f} fps; without a page {' and '.join(map(str, others))} lost"
    return [
        Figure(f"one page: frames lost of {found.sent}", lost, "frames", "0", lost == 0, sent),
        Figure(
            "one page: more CPU time of the tracker",
            more,
            "share",
            "<= 0.05",
            more <= 0.05,
            f"{own_ms:.2f} ms a frame over the mean of {base}; {cost}",
        ),
        Figure(
            "one page: delay of the picture, 99 %",
            late,
            "ms",
            "<= 200",
            bool(late <= 200),
            f"median {median:.0f} ms, {rate_hz:.1f} pictures per second; from the stamp of the frame until "
            "the page, a process that decodes the picture, has confirmed it",
        ),
    ]


def main() -> int:
    """Measure and publish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=COUNT, help="frames of each run")
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as folder:
        setting = Setting(render(Path(folder)), count=count)
        before, found, after = (run(replace(setting, page=page)) for page in (False, True, False))
    return 0 if publish("watch", figures(found, [before, after])) else 1


if __name__ == "__main__":
    raise SystemExit(main())
