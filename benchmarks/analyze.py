"""`python -m benchmarks.analyze`: `mer analyze` on one minute of 640x480 at 200 fps, on two cores.

The minute is rendered first. Then the command runs in a process of its own that may use two cores: wall time
with the start of Python, CPU time, peak memory, the sizes of its files, and the events against those of the
clip.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

import av

from benchmarks.table import Figure, no_options, publish
from mer_ros.data.synthetic.timeline import TrueEvent
from mer_ros.evaluation.spotting import match
from mer_ros.pipeline import truth_of
from mer_ros.sources import SourceOptions, open_source

SEED, LENGTH_S, CORES = 3, 60, 2
OPTIONS = SourceOptions(fps=200.0, n_events=36)
MOST_WALL_S, MOST_PAGE_MB = 60.0, 10.0


def render(path: Path) -> list[TrueEvent]:
    """Write the minute as H.264, and return its expressions."""
    spec = f"synthetic:{SEED}"
    frames = open_source(spec, OPTIONS).timed_frames()
    with av.open(str(path), "w") as container:
        options = {"crf": "18", "preset": "veryfast"}
        stream = container.add_stream("libx264", rate=round(OPTIONS.fps), options=options)
        stream.width, stream.height = OPTIONS.size_wh
        stream.pix_fmt = "yuv420p"
        for _, image in islice(frames, LENGTH_S * round(OPTIONS.fps)):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode())
    truth = truth_of(spec, OPTIONS)
    return [event for event in (truth.events if truth else ()) if event.offset_s < LENGTH_S]


def analyse(video: Path, out: Path) -> float:
    """Run the command on the first two cores that this process may use; returns its wall time, s."""
    cores = sorted(os.sched_getaffinity(0))[:CORES]
    start = "from mer_ros.cli.entry import main; main()"
    command = [sys.executable, "-c", start, "analyze", str(video), "--out", str(out)]
    began_s = time.monotonic()
    subprocess.run(
        command,
        check=True,
        stdout=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),  # before any thread exists
    )
    return time.monotonic() - began_s


def main() -> None:
    """Measure and publish."""
    no_options(__doc__ or "")
    with tempfile.TemporaryDirectory() as folder:
        video, out = Path(folder, "minute.mp4"), Path(folder, "out")
        truth = render(video)
        load = os.getloadavg()[0]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall_s = analyse(video, out)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        sizes = {path.name: path.stat().st_size / 1e6 for path in (out / "minute").iterdir()}
        events = json.loads((out / "minute" / "events.json").read_text())["events"]
    spotted = [(event["onset_s"], event["offset_s"]) for event in events]
    found = match(spotted, [(event.onset_s, event.offset_s) for event in truth])
    busy = f"load average before: {load:.1f}; with the start of Python"
    page_mb = sizes["report.html"]
    figures = [
        Figure("wall time", wall_s, "s", f"<= {MOST_WALL_S:g}", wall_s <= MOST_WALL_S, busy),
        Figure("CPU time", cpu_s, "s", note=f"at best {cpu_s / CORES:.0f} s on {CORES} cores"),
        Figure("peak memory", after.ru_maxrss / 1e3, "MB"),
        Figure("report.html", page_mb, "MB", f"<= {MOST_PAGE_MB:g}", page_mb <= MOST_PAGE_MB),
        Figure("annotated.mp4", sizes["annotated.mp4"], "MB"),
        Figure("events spotted", len(found.pairs), f"of {len(truth)}", note=f"{len(found.false)} false"),
    ]
    sys.exit(0 if publish("analyze", figures) else 1)


if __name__ == "__main__":
    main()
