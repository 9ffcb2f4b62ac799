"""Real-time half of `make bench-perception`; separately `python -m benchmarks.realtime`, about eight minutes.

A camera process publishes prerendered synthetic images, the complete graph runs as separate processes, and
another process receives every FaceArray, all over DDS. `--only` runs one part and keeps the rows of the
others; `--minutes 10` also measures memory.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import mean

import numpy as np

from benchmarks.realtime_images import FPS, film_of, render, render_four, render_large, render_two
from benchmarks.realtime_run import Run, Setting, run
from benchmarks.table import Figure, kept, publish
from mer_ros.limits import NOTABLE_LOSS

COUNT, SHORT = 12_000, 2_000
LARGE = (((1920, 1080), 60.0), ((3840, 2160), 30.0))
LARGE_S = 20.0  # length of each run
BARE_STARTS = 3


def load(frames: Path) -> list[Figure]:
    """The complete graph at 200 fps without and with a bare subscriber, and the bare subscriber alone."""
    alone = Setting(frames, count=600, bare=True, graph=False)
    bare_ms = [run(alone).cpu_ms["bare"] for _ in range(BARE_STARTS)]
    beside = run(Setting(frames, count=COUNT // 2, bare=True))
    return load_figures(run(Setting(frames, count=COUNT)), beside, bare_ms)


def load_figures(found: Run, crowded: Run, alone_ms: list[float]) -> list[Figure]:
    """Rows of the 200 fps part.

    found: run of the graph alone. crowded: run together with a bare subscriber. alone_ms: CPU time of the
    bare subscriber per frame, for each start without the graph.

    The bare subscriber uses up to half a core, so the graph has less CPU time in that run. CPU times are
    therefore compared in the crowded run, and the goals for lost frames and ages apply to the graph alone;
    those of the crowded run are shown too.

    The CPU time of the bare subscriber varies between starts: depending on the heap layout, malloc returns
    the memory of every image to the system or reuses it. The mean of all starts is used, and the least is
    shown.
    """
    tracker = crowded.cpu_ms["face_tracker"]
    bare_ms = [crowded.cpu_ms["bare"], *alone_ms]
    ratio = tracker / mean(bare_ms)
    (age, late), crowded_ages = (np.percentile(of.ages_ms, [50, 99]) for of in (found, crowded))
    lost = found.sent - found.seen
    used = ", ".join(f"{name} {ms:.2f}" for name, ms in found.cpu_ms.items())
    crowd = f"{crowded.sent - crowded.seen} of {crowded.sent} lost, 99 % of ages {crowded_ages[1]:.1f} ms"
    own_ms, threads_ms = found.cpu_ms["face_tracker"], found.threads_ms.items()
    threads = "its threads: " + ", ".join(f"{name} {ms:.2f}" for name, ms in threads_ms if ms > 0.01)
    beside, *others = (f"{ms:.2f}" for ms in bare_ms)
    rate = f"sent at {found.rate_hz:.1f} fps; a frame counts if a FaceArray with its stamp was received"
    starts = f"{tracker:.2f} ms a frame over the mean of {beside} (with the graph) and {', '.join(others)}"
    clock = "from the stamp, set at publication, to the source time of the FaceArray; one clock"
    return [
        Figure(f"200 fps: frames lost of {found.sent}", lost, "frames", "0", lost == 0, rate),
        Figure(
            "200 fps: tracker CPU over a bare subscriber's", ratio, "ratio", "<= 1.6", ratio <= 1.6, starts
        ),
        Figure("200 fps: the same over its cheapest start", tracker / min(bare_ms), "ratio"),
        Figure("200 fps: CPU of all processes", sum(found.cpu_ms.values()), "ms a frame", note=used),
        Figure("200 fps: CPU of the tracker", own_ms, "ms a frame", note=threads),
        Figure("200 fps: age at the FaceArray, median", age, "ms", "<= 5", bool(age <= 5), clock),
        Figure("200 fps: age at the FaceArray, 99 %", late, "ms", "<= 12", bool(late <= 12)),
        Figure("200 fps: median age beside a bare subscriber", crowded_ages[0], "ms", note=crowd),
    ]


WAYS = {
    "no profile": Setting(camera_profile=False, tracker_profile=False),
    "profile in the tracker only": Setting(camera_profile=False),
    "profile in the camera only": Setting(tracker_profile=False),
    "profile in both": Setting(),
    "no profile, reliable": Setting(camera_profile=False, tracker_profile=False, reliability="reliable"),
    "profile in the tracker only, reliable": Setting(camera_profile=False, reliability="reliable"),
    "no profile, mono8": Setting(camera_profile=False, tracker_profile=False, encoding="mono8"),
    "no profile, compressed (JPEG)": Setting(camera_profile=False, tracker_profile=False, encoding="jpeg"),
}


def transport(frames: Path) -> list[Figure]:
    """Lost frames for each way of sending the same frames, and whether the tracker reports the loss."""
    rows = []
    for name, way in WAYS.items():
        fields = {**vars(way), "frames": frames, "count": SHORT}
        rows += way_figures(run(Setting(**fields)), name)
    return [*rows, film_figure(run(Setting(film=film_of(frames, frames.parent, SHORT), count=SHORT)))]


def film_figure(found: Run) -> Figure:
    """Row of a tracker that opens the camera itself."""
    lost = found.sent - found.seen
    cpu_ms = found.cpu_ms["face_tracker"]
    note = f"{lost} of {found.sent}; tracker {cpu_ms:.2f} ms CPU a frame, decoding included"
    return Figure(
        "transport: no camera node, the tracker opens it: lost", lost / found.sent, "share", note=note
    )


def way_figures(found: Run, name: str) -> list[Figure]:
    """Rows of the lost frames, and of those that the tracker reports from the stamps."""
    if "received" not in found.status:  # the tracker was too busy to publish diagnostics
        lost, note = found.sent - found.seen, f"of {found.sent}, by their faces: no diagnostics came"
        return [Figure(f"transport: {name}: lost", lost / found.sent, "share", note=f"{lost} {note}")]
    received, reported = int(found.status["received"]), int(found.status["lost_by_stamp"])
    lost = found.sent + found.warm_up - received
    named = any("/bench_camera" in words for words in found.status.get("complaints", ()))
    age = float(np.median(found.ages_ms)) if len(found.ages_ms) else float("nan")
    tracker, camera = found.cpu_ms["face_tracker"], found.cpu_ms["bench_camera"]
    note = f"CPU a frame: tracker {tracker:.2f}, camera {camera:.2f} ms; age {age:.1f} ms"
    total = found.sent + found.warm_up
    words = f"{reported} reported from the stamps{', the camera named' if named else ''}"
    note = f"{lost} of {total}, {words}; {note}"
    rows = [Figure(f"transport: {name}: lost", lost / total, "share", note=note)]
    if lost > NOTABLE_LOSS * total:
        goal, good = "every loss reported, camera named", abs(reported - lost) <= 0.02 * lost and named
        rows.append(
            Figure(f"transport: {name}: reported share of the loss", reported / lost, "share", goal, good)
        )
    return rows


def faces(frames: Path) -> list[Figure]:
    """Four faces at 60 fps."""
    found = run(Setting(render_four(frames.parent), rate_hz=60.0, count=1800))
    lost = found.sent - found.seen
    age, late = np.percentile(found.ages_ms, [50, 99])
    seen = ", ".join(f"{n} in {share:.0%}" for n, share in _shares(found.faces).items())
    note = f"faces: {seen}; tracker {found.cpu_ms['face_tracker']:.1f} ms CPU a frame"
    return [
        Figure(f"four faces, 60 fps: frames lost of {found.sent}", lost, "frames", "0", lost == 0, note),
        Figure("four faces, 60 fps: age at the FaceArray, median", age, "ms", note=f"99 %: {late:.1f} ms"),
    ]


def two_faces(frames: Path) -> list[Figure]:
    """Two faces at 200 fps."""
    found = run(Setting(render_two(frames.parent), count=COUNT // 3))
    share = (found.sent - found.seen) / found.sent
    age, late = np.percentile(found.ages_ms, [50, 99])
    seen = ", ".join(f"{n} in {part:.0%}" for n, part in _shares(found.faces).items())
    note = (
        f"of {found.sent}; faces: {seen}; tracker {found.cpu_ms['face_tracker']:.1f} ms CPU a frame; "
        f"age {age:.1f} ms, 99 % {late:.1f} ms"
    )
    return [Figure("two faces, 200 fps: lost", share, "share", "<= 0.01", share <= 0.01, note)]


def large(frames: Path) -> list[Figure]:
    """Large pictures: the graph with a bare subscriber in one run, and the graph alone in another."""
    rows = []
    for size_wh, rate_hz in LARGE:
        path = render_large(frames.parent, size_wh, rate_hz)
        alone = Setting(path, rate_hz, round(LARGE_S * rate_hz), profile="fastdds_large.xml")
        beside, found = run(replace(alone, bare=True)), run(alone)
        rows += large_figures(found, beside, f"large, {size_wh[0]}x{size_wh[1]} at {rate_hz:g} fps")
        path.unlink()
    return rows


def large_figures(found: Run, beside: Run, name: str) -> list[Figure]:
    """Rows of one size. found: run of the graph alone. beside: run of the graph and a bare subscriber.

    The goals compare the two in the same run, in which both receive the same images.
    """
    lost, least = beside.sent - beside.seen, beside.sent - (beside.taken or 0)
    age, late = np.percentile(beside.ages_ms, [50, 99])
    bare_age, bare_late = np.percentile(beside.taken_ages_ms, [50, 99])
    alone_age, alone_late = np.percentile(found.ages_ms, [50, 99])
    ages = f"99 %: {late:.0f} ms; bare subscriber {bare_age:.1f}, 99 % {bare_late:.0f} ms"
    return [
        Figure(
            f"{name}: frames lost of {beside.sent}",
            lost,
            "frames",
            "as many as a bare subscriber beside it",
            lost <= least,
            f"bare subscriber {least}; sent at {beside.rate_hz:.1f} fps; CPU ms a frame: {_cpu(beside)}",
        ),
        Figure(
            f"{name}: age at the FaceArray, median",
            age,
            "ms",
            "<= bare + 20",
            bool(age <= bare_age + 20),
            ages,
        ),
        Figure(
            f"{name}: graph alone: frames lost of {found.sent}",
            found.sent - found.seen,
            "frames",
            note=f"sent at {found.rate_hz:.1f} fps; CPU ms a frame: {_cpu(found)}",
        ),
        Figure(
            f"{name}: graph alone: age at the FaceArray, median",
            alone_age,
            "ms",
            note=f"99 %: {alone_late:.0f} ms",
        ),
    ]


def _cpu(found: Run) -> str:
    """CPU time of each process that used some, ms per frame."""
    return ", ".join(f"{process} {ms:.1f}" for process, ms in found.cpu_ms.items() if ms >= 0.05)


def _shares(counts: tuple[int, ...]) -> dict[int, float]:
    return {n: counts.count(n) / len(counts) for n in sorted(set(counts))}


def memory(frames: Path, minutes: float) -> list[Figure]:
    """Resident memory of the tracker in the second half of a long run compared with the first."""
    found = run(Setting(frames, count=round(minutes * 60 * FPS)))
    minute, mb = found.resident_mb[:, 0] / 60, found.resident_mb[:, 1]
    early = mb[(minute >= minutes / 10) & (minute < minutes / 2)].mean()
    more = float(mb[minute >= minutes / 2].mean() - early)
    lost = found.sent - found.seen
    name = f"memory: minutes {minutes / 2:g} to {minutes:g} against {minutes / 10:g} to {minutes / 2:g}"
    return [
        Figure(name, more, "MB", "< 5", more < 5, f"{early:.0f} MB at first, {mb.max():.0f} MB at most"),
        Figure(f"memory: frames lost of {found.sent} meanwhile", lost, "frames"),
    ]


PARTS: dict[str, Callable[[Path], list[Figure]]] = {
    "200 fps": load,
    "transport": transport,
    "four faces": faces,
    "two faces": two_faces,
    "large": large,
}


def measure(minutes: float = 0.0, only: str = "") -> list[Figure]:
    """All rows, or those of one part: a name in ``PARTS``, or "memory"."""
    rows: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        frames = render(Path(folder))
        for name, part in PARTS.items():
            if only in ("", name):
                rows += part(frames)
        if minutes and only in ("", "memory"):
            rows += memory(frames, minutes)
    return rows


def main() -> int:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", choices=("", *PARTS, "memory"), help="one part")
    parser.add_argument(
        "--minutes", type=float, default=0.0, help="length of the memory run, 10 for the goal"
    )
    options = parser.parse_args()
    measured = (options.only,) if options.only else (*PARTS, *(("memory",) if options.minutes else ()))
    good, rows = True, list[Figure]()
    for count, part in enumerate(measured, start=1):  # published at once: a later part may fail
        rows += measure(options.minutes, part)
        good = publish("realtime", [*kept("realtime", measured[:count]), *rows])
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
