"""`python -m benchmarks.recordings`: recordings of every kind, and a 1080p60 file in real time.

Small files are written, damaged where the row says so, and read as a camera. A row states what was sent, what
came out, and the largest difference between the time of a frame and its true time. Damaged files are compared
outside the damaged part, because their frames inside may show anything.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.stream import VideoStream

from benchmarks.command import MER
from benchmarks.recording_files import (
    MATRICES,
    damage,
    declare_frames,
    number_of,
    set_matrix,
    write_pictures,
    write_video,
)
from benchmarks.table import Figure, no_options, publish
from mer_ros.media import open_recording

N = 60
EVEN_MS = [1000 * i / 30 for i in range(N)]
FILM_S, FILM_FPS, FILM_WH = 60, 60, (1920, 1080)
DECODED = 600  # frames for the speed of decoding


@dataclass(frozen=True)
class Kind:
    """One kind of recording.

    make: writes it into a folder. times_ms: true times of its frames. fps: as given by the user. limit_ms:
    largest difference that the container allows. lost: (first, last) share that is damaged. least: fewest
    frames that must arrive; of a damaged file two fewer than arrived in November 2026.
    """

    name: str
    make: Callable[[Path], Path]
    times_ms: Sequence[float] = tuple(EVEN_MS)
    fps: float = 0.0
    limit_ms: float = 1.0
    lost: tuple[float, float] | None = None
    least: int = N


def steady(
    name: str, codec: str, container: str | None = None, pixels: str = "yuv420p", **options: str
) -> Callable[[Path], Path]:
    """Writes 60 frames at 30 fps into a file of this name."""
    return lambda folder: write_video(
        folder / name, codec, range(N), pixels=pixels, container=container, options=options
    )


def varying(name: str) -> Kind:
    """A phone video: steps of 8 to 60 ms."""
    steps = np.random.default_rng(3).integers(8, 60, N)
    times = np.cumsum(steps) - steps[0]
    return Kind(
        f"variable frame rate (.{name.rpartition('.')[2]})",
        lambda folder: write_video(
            folder / name, "libx264", [int(t) * 90 for t in times], Fraction(1, 90_000)
        ),
        times.tolist(),
    )


def browser(folder: Path) -> Path:
    """WebM whose header declares its time base as frame rate."""
    times = [round(t) for t in EVEN_MS]
    return write_video(folder / "browser.webm", "libvpx-vp9", times, Fraction(1, 1000), rate=1000)


def damaged(name: str, codec: str, least: int, pixels: str = "yuv420p") -> Kind:
    """A file with twelve damaged pieces between 40 and 60 % of its length."""
    make = steady(name, codec, pixels=pixels, g="15")
    frame_ms = 1000 / 30
    return Kind(
        f"damaged in the middle ({Path(name).suffix}, {codec})",
        lambda folder: damage(make(folder), 0.4, 0.6),
        lost=(0.3, 0.8),
        least=least,
        limit_ms=frame_ms + 1 if name.endswith(".avi") else 1.0,
    )


def truncated(folder: Path) -> Path:
    """The first half of a file."""
    path = steady("cut.avi", "mjpeg", pixels="yuvj420p")(folder)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


KINDS = (
    Kind("H.264, .mp4", steady("a.mp4", "libx264")),
    Kind("H.265, 10 bit, .mov", steady("a.mov", "libx265", pixels="yuv420p10le")),
    Kind("AV1, .mkv", steady("a.mkv", "libsvtav1")),
    Kind("VP9, .webm", steady("a.webm", "libvpx-vp9")),
    Kind("Motion JPEG, .avi", steady("a.avi", "mjpeg", pixels="yuvj420p")),
    Kind("MPEG-4 part 2, .avi", steady("b.avi", "mpeg4")),
    Kind("H.264, .ts", steady("a.ts", "libx264", "mpegts")),
    Kind("H.264, .MTS", steady("a.MTS", "libx264", "mpegts")),
    Kind("MPEG-2, .m2ts", steady("a.m2ts", "mpeg2video", "mpegts")),
    Kind("MPEG-2, .mpg", steady("a.mpg", "mpeg2video", "mpeg")),
    Kind("MPEG-2, .vob", steady("a.vob", "mpeg2video", "vob")),
    Kind("raw H.264 with fps 30", steady("a.h264", "libx264", "h264"), fps=30.0),
    varying("phone.mp4"),
    varying("screen.mkv"),
    Kind("header of 1000 Hz (.webm)", browser),
    Kind(
        "slow motion stored at 30 fps, with fps 240",
        steady("slow.mp4", "libx264"),
        [1000 * i / 240 for i in range(N)],
        fps=240.0,
    ),
    damaged("damaged.ts", "libx264", 48),
    damaged("damaged.mp4", "libx264", 44),
    damaged("damaged.mpg", "mpeg2video", 48),
    damaged("damaged.avi", "mjpeg", 55, "yuvj420p"),
    Kind("truncated (.avi)", truncated, lost=(0.4, 1.0), least=24),
    Kind(
        "header of 7 frames (.avi)",
        lambda folder: declare_frames(steady("count.avi", "mjpeg", pixels="yuvj420p")(folder), 7),
    ),
    *(
        Kind(
            f"turned by {turn} degrees (.mp4)",
            lambda folder, turn=turn: set_matrix(  # type: ignore[misc]
                steady(f"turned{turn}.mp4", "libx264")(folder), MATRICES[turn]
            ),
        )
        for turn in MATRICES
    ),
    Kind("folder of pictures, with fps 30", lambda folder: write_pictures(folder / "frames", N), fps=30.0),
    Kind(
        "img%03d.png, with fps 30",
        lambda folder: write_pictures(folder / "numbered", N) / "img%03d.png",
        fps=30.0,
    ),
)


def row(kind: Kind, folder: Path) -> Figure:
    """Write and read one kind."""
    recording = open_recording(str(kind.make(folder)), kind.fps)
    times, numbers = [], []
    turn = next((turn for turn in MATRICES if f"by {turn} degrees" in kind.name), 0)
    for time_ns, image in recording.timed_frames():
        times.append(time_ns * 1e-6)
        numbers.append(number_of(np.rot90(image, k=turn // 90)))  # as it was written
    first, last = kind.lost or (1.0, 1.0)
    span = kind.times_ms[-1]
    outside = [i for i, t in enumerate(times) if t < first * span or t > last * span]
    error_ms = max((abs(times[i] - kind.times_ms[min(numbers[i], N - 1)]) for i in outside), default=np.inf)
    said = " ".join(re.sub(r"'[^']*/([^'/]+)'", r"'\1'", warning) for warning in recording.warnings)
    note = f"sent {N} frames, got {len(times)}, rate {recording.fps:.4g} Hz"
    complete = kind.least <= len(times) <= N
    return Figure(
        f"{kind.name}: time error",
        float(error_ms),
        "ms",
        f"<= {kind.limit_ms:.0f}, {f'at least {kind.least} frames' if kind.lost else 'every frame'}",
        bool(error_ms <= kind.limit_ms and complete),
        f"{note}; {said}" if said else note,
    )


def write_film(path: Path) -> None:
    """A synthetic clip of one minute, enlarged so that the face is 340 px wide."""
    from mer_ros.sources import SourceOptions, open_source

    source = open_source("synthetic:3", SourceOptions(fps=FILM_FPS, n_events=36))
    width, height = FILM_WH
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=FILM_FPS, options={"preset": "veryfast", "crf": "20"})
        assert isinstance(stream, VideoStream)
        (stream.width, stream.height), stream.pix_fmt = FILM_WH, "yuv420p"
        for time_ns, image in islice(source.timed_frames(), FILM_S * FILM_FPS):
            big = cv2.resize(image, (height * 4 // 3, height), interpolation=cv2.INTER_CUBIC)
            side = (width - big.shape[1]) // 2
            wide = cv2.copyMakeBorder(big, 0, 0, side, side, cv2.BORDER_REPLICATE)
            frame = av.VideoFrame.from_ndarray(np.asarray(wide, np.uint8), format="bgr24")
            frame.pts, frame.time_base = round(time_ns * 1e-9 * FILM_FPS), Fraction(1, FILM_FPS)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def opencv_frames(path: Path) -> Iterator[object]:
    """The frames of a file as OpenCV reads them."""
    capture = cv2.VideoCapture(str(path))
    while (found := capture.read())[0]:
        yield found[1]


def speeds(path: Path) -> list[Figure]:
    """Frames per second, and CPU time, of decoding to BGR with this reader and with OpenCV."""
    found: dict[str, tuple[float, float]] = {}
    for name, frames in (
        ("OpenCV", lambda: opencv_frames(path)),
        ("PyAV", lambda: open_recording(str(path)).timed_frames()),
    ):
        runs = []
        for _ in range(3):
            start_s, cpu_s = time.perf_counter(), time.process_time()
            n = sum(1 for _ in islice(frames(), DECODED))
            wall_s = time.perf_counter() - start_s
            runs.append((n / wall_s, 1000 * (time.process_time() - cpu_s) / n))
        found[name] = max(rate for rate, _ in runs), min(cpu for _, cpu in runs)
    (rate, cpu), (other_rate, other_cpu) = found["PyAV"], found["OpenCV"]
    best = "best of three runs"
    return [
        Figure("decoding 1080p60 to BGR, PyAV", rate, "fps", None, None, best),
        Figure("decoding 1080p60 to BGR, OpenCV", other_rate, "fps", None, None, best),
        Figure("CPU time per frame, PyAV", cpu, "ms", None, None, best),
        Figure("CPU time per frame, OpenCV", other_cpu, "ms", None, None, best),
        Figure("CPU time, PyAV over OpenCV", cpu / other_cpu, "", "<= 1.1", cpu <= 1.1 * other_cpu),
    ]


def real_time(path: Path) -> list[Figure]:
    """`mer up --direct` on the film: frames lost, and the rate that was kept."""
    arguments = ["up", "--direct", "--local-only", "--namespace", "bench", "--camera", str(path), "--json"]
    done = subprocess.run([*MER, *arguments], capture_output=True, text=True, check=True)
    ended = re.search(r"ended: (\d+) events? in (\d+) frames, (\d+) lost", done.stderr)
    kept = re.search(r"has ended after \d+ frames at ([\d.]+) frames per second", done.stderr)
    assert ended and kept, done.stderr
    events, frames, lost = map(int, ended.groups())
    rate, note = float(kept[1]), f"{frames} frames processed, {events} events printed"
    return [
        Figure("1080p60 file of 60 s, mer up --direct: frames lost", lost, "", "0", lost == 0, note),
        Figure("the same: frames per second of wall time", rate, "fps", ">= 59", rate >= 59.0),
    ]


def main() -> int:
    """Print the table and write benchmarks/results/recordings.json; 1 if a goal is missed."""
    no_options(__doc__ or "")
    with tempfile.TemporaryDirectory() as folder:
        figures = [row(kind, Path(folder)) for kind in KINDS]
        film = Path(folder, "film.mp4")
        write_film(film)
        figures += speeds(film) + real_time(film)
    return 0 if publish("recordings", figures) else 1


if __name__ == "__main__":
    sys.exit(main())
