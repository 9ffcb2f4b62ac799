"""The spotter on synthetic clips that a corruption spoils, in five severities.

Every clip is rendered once, into a temporary file. Each corruption changes all its frames at once, and a new
watcher follows the face in them, as the tracker does. The true landmarks place what hides a face.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.corruptions import CORRUPTIONS, SEVERITIES
from mer_ros.data.corruptions.corruption import Shot
from mer_ros.data.corruptions.recordings import CLEAN, Variant
from mer_ros.data.synthetic import SyntheticClip, everyday, synthetic_clip
from mer_ros.evaluation.spotting import Interval, Matching, match, pooled_f1
from mer_ros.progress import SILENT, Progress
from mer_ros.spotting.watcher import FaceWatcher
from mer_ros.types import ExpressionEvent, Frame

TASK = "corrupted videos"
"""The task that ``spotting_robustness`` reports to ``progress``, counted in videos times corruptions."""

FPS, SIZE_WH, FACE_WIDTH_PX = 60.0, (320, 320), 145.0


@dataclass(frozen=True)
class Spotted:
    """What was spotted in one video. judged: share of the frames with a face that were judged, 0..1."""

    matching: Matching
    minutes: float
    judged: float


@dataclass(frozen=True)
class SpottingCurve:
    """The spotter under one corruption; lists have one value for each of ``SEVERITIES``.

    f1: of all expressions at an IoU of 0.5, over all videos. clean: the same without the corruption. false:
    events a minute that match no expression. judged: share of the frames that were judged, 0..1.
    """

    corruption: str
    clean: float
    f1: tuple[float, ...]
    false: tuple[float, ...]
    judged: tuple[float, ...]

    @property
    def kept(self) -> float:
        """Mean F1 over the severities as a share of the clean F1; NaN if that is zero."""
        return float(np.nan_to_num(self.f1).mean()) / self.clean if self.clean else float("nan")


def spotting_robustness(
    seeds: Sequence[int],
    n_events: int = 14,
    corruptions: Sequence[str] = CORRUPTIONS.names,
    progress: Progress = SILENT,
    cores: int = 0,
) -> list[SpottingCurve]:
    """A curve for each corruption, on a clip of ``n_events`` expressions for each seed, everyday conditions.

    progress: receives ``TASK``. cores: number of processes, 0 for one per core; the scores do not depend on
    it.
    """
    for name in corruptions:
        CORRUPTIONS.get(name)
    import joblib  # imported here: the module must be importable where nothing is rendered

    with tempfile.TemporaryDirectory() as folder:
        parallel = joblib.Parallel(cores or joblib.cpu_count(), return_as="generator")
        files = list(parallel(joblib.delayed(_render)(seed, n_events, Path(folder)) for seed in seeds))
        groups = [(), *((name,) for name in corruptions)]  # without corruption first
        jobs = [(seed, file, names) for names in groups for seed, file in zip(seeds, files, strict=True)]
        found: dict[Variant, list[Spotted]] = {}
        progress.started(TASK, len(jobs))
        results = parallel(joblib.delayed(_spot)(seed, n_events, file, names) for seed, file, names in jobs)
        for done, result in enumerate(results, 1):
            for variant, one in result.items():
                found.setdefault(variant, []).append(one)
            progress.advanced(TASK, done)
        progress.finished(TASK)
    clean = _f1(found[CLEAN])
    return [_curve(name, clean, [found[name, severity] for severity in SEVERITIES]) for name in corruptions]


def _curve(name: str, clean: float, found: Sequence[Sequence[Spotted]]) -> SpottingCurve:
    """found: the videos at each severity."""
    return SpottingCurve(
        name,
        clean,
        tuple(_f1(videos) for videos in found),
        tuple(
            sum(len(one.matching.false) for one in videos) / sum(one.minutes for one in videos)
            for videos in found
        ),
        tuple(float(np.mean([one.judged for one in videos])) for videos in found),
    )


def _f1(videos: Sequence[Spotted]) -> float:
    return pooled_f1(one.matching for one in videos)


def _clip(seed: int, n_events: int) -> SyntheticClip:
    return synthetic_clip(
        seed,
        FPS,
        SIZE_WH,
        amplitude_px=1.0,
        n_events=n_events,
        conditions=everyday(seed),
        typical=False,
        face_width_px=FACE_WIDTH_PX,
    )


def _render(seed: int, n_events: int, folder: Path) -> Path:
    """The frames of a clip in a file, (N, H, W, 3) uint8; lost ones are black."""
    clip = _clip(seed, n_events)
    width, height = SIZE_WH
    path = folder / f"{seed}.npy"
    frames = np.lib.format.open_memmap(path, "w+", np.uint8, (clip.n_frames, height, width, 3))
    for i, image in clip.frames():
        frames[i] = image
    frames.flush()
    return path


def _spot(seed: int, n_events: int, file: Path, names: tuple[str, ...]) -> dict[Variant, Spotted]:
    """What is spotted under each severity of the named corruptions; without one if none is named."""
    cv2.setNumThreads(1)
    clip = _clip(seed, n_events)
    kept = np.flatnonzero(~clip.lost)
    landmarks = np.stack([clip.true_landmarks(int(i)) for i in kept]).astype(np.float32)
    frames: NDArray[np.uint8] = np.load(file, mmap_mode="r")
    truth = [(event.onset_s, event.offset_s) for event in clip.truth]
    variants = [(name, severity) for name in names for severity in SEVERITIES] or [CLEAN]
    return {
        variant: _watched(_changed(frames, kept, landmarks, variant, seed), truth, clip.duration_s / 60)
        for variant in variants
    }


def _changed(
    frames: NDArray[np.uint8],
    kept: NDArray[np.intp],
    landmarks: NDArray[np.float32],
    variant: Variant,
    seed: int,
) -> Iterator[Frame]:
    """The frames as a camera delivers them, changed by a corruption."""
    name, severity = variant
    shot = Shot(np.asarray(frames[kept]), kept / FPS, landmarks)
    if name:
        shot = CORRUPTIONS.get(name)(shot, severity, seed)
    for image, time_s in zip(shot.frames, shot.times_s, strict=True):
        yield Frame(image, round(float(time_s) * 1e9))


def _watched(frames: Iterator[Frame], truth: Sequence[Interval], minutes: float) -> Spotted:
    watcher = FaceWatcher()
    events: list[ExpressionEvent] = []
    try:
        for frame in frames:
            events += watcher.process(frame).events
        events += watcher.flush()
    finally:
        watcher.close()
    intervals = [(event.onset_ns * 1e-9, event.offset_ns * 1e-9) for event in events if event.is_final]
    return Spotted(match(intervals, truth), minutes, watcher.judged.share)
