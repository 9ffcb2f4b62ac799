"""What is measured in long videos: each is read once, and the result is cached.

The measurement of our spotter are the final events of ``Pipeline``, at the full frame rate and causally, as
in the nodes, with the label of a model if one is given. That of a published method are the values of all
frames, from which offline and causal intervals are computed in no time (``spotters``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.array_cache import ArrayCache, Arrays, hash_of
from mer_ros.data.long_videos import LongFrames, LongVideo
from mer_ros.errors import ConfigError, DataError, InputError
from mer_ros.evaluation.fold_training import limited_threads
from mer_ros.evaluation.local_cluster import LOST, run_apart
from mer_ros.files import check_writable
from mer_ros.pipeline import Answer, Pipeline, frames_of
from mer_ros.progress import SILENT, Progress
from mer_ros.recognition import model_files
from mer_ros.spotting.baselines import METHODS, align
from mer_ros.spotting.baselines.both_kinds import frame_values
from mer_ros.spotting.config import WatcherConfig
from mer_ros.types import Frame

TASK = "spotting"
"""The task that ``measure_videos`` reports to ``progress``, counted in videos."""

EVENTS = "events"
"""The measurement of our spotter; those of baselines have the names of ``METHODS``."""

WATCHER = WatcherConfig(max_faces=1)
"""A long video shows one person, of which the largest face is followed."""

_FOLDERS = ("stream", "face", "motion", "spotting", "media", "data/frames", "data/synthetic", "recognition")
_FILES = ("pipeline.py", "limits.py", "types.py", "data/synthetic_videos.py", "evaluation/video_spotting.py")

LOSSES_IN_A_ROW = 3
"""Number of times that processes may be ended without a video finished in between."""


@dataclass(frozen=True)
class VideoSettings:
    """model: checkpoint that labels spotted expressions, None for none. device, threads: of torch."""

    model: Path | None = None
    device: str = "cpu"
    threads: int = 1

    @property
    def torch(self) -> dict[str, object]:
        """What networks round differently for; a device that is chosen automatically is named."""
        from mer_ros.recognition.recogniser import device_of  # late: importing torch takes two seconds

        return {"device": device_of(self.device).type, "threads": self.threads}

    def described(self, name: str) -> object:
        """JSON-able: what of these settings decides a measurement."""
        if name != EVENTS:
            return {}
        model = self.model and model_files.model_id(self.model)
        return {"watcher": asdict(WATCHER)} | ({"model": model, **self.torch} if model else {})


def video_cache(folder: Path) -> ArrayCache:
    """The cache of measurements in a folder."""
    return ArrayCache(folder, ".spotted")


def video_key(frames: LongFrames, name: str, settings: VideoSettings) -> str:
    """The name of the entry of a measurement; OSError if a frame cannot be found."""
    return hash_of(
        {
            "code": code_hash(),
            "libraries": {"opencv": cv2.__version__, "mediapipe": _version("mediapipe")},
            "of": name,
            "frames": frames.described(),
            "by": settings.described(name),
        }
    )


@cache
def _version(package: str) -> str:
    """Its version; "" where it is not installed, which is an error only if a video must be measured."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def measuring_files(package: Path) -> list[Path]:
    """The source files below the folder of the package that decide frames or what is measured in them."""
    found = [path for folder in _FOLDERS for path in sorted((package / folder).rglob("*.py"))]
    return found + [package / name for name in _FILES]


@cache
def code_hash() -> str:
    """Hash of the source of everything that measures, so that a changed tracker measures again."""
    package = Path(__file__).parent.parent
    files = measuring_files(package)
    return hash_of([[path.relative_to(package).as_posix(), path.read_text("utf-8")] for path in files])


def measure_videos(
    videos: Sequence[LongVideo],
    names: Sequence[str],
    cache: ArrayCache,
    settings: VideoSettings,
    progress: Progress = SILENT,
    workers: int = 1,
) -> list[dict[str, Arrays]]:
    """The measurements of these names of each video. What is in the cache is not measured again, so an
    interrupted run continues with the next video, and the result does not depend on the number of workers.

    DataError with all videos whose frames cannot be read; ConfigError if the cache cannot be written, or if
    processes are ended for lack of memory.
    """
    keys = [{name: video_key(video.frames, name, settings) for name in names} for video in videos]
    found = [{name: cache.find(key) for name, key in own.items()} for own in keys]
    missing = {
        i: tuple(name for name, arrays in own.items() if arrays is None)
        for i, own in enumerate(found)
        if None in own.values()
    }
    failed: dict[int, str] = {}
    if missing:
        check_writable(cache.folder, "--cache")
        progress.started(TASK, len(videos))
        progress.advanced(TASK, len(videos) - len(missing))
        for i, measured in _measured(videos, missing, settings, workers):
            if isinstance(measured, str):
                failed[i] = measured
                continue
            for name, arrays in measured.items():
                cache.put(keys[i][name], arrays)
                found[i][name] = arrays
            progress.advanced(TASK, sum(None not in own.values() for own in found))
        progress.finished(TASK)
    if failed:
        faults = [f"{videos[i].name}: {reason}" for i, reason in sorted(failed.items())]
        head = f"{len(failed)} of {len(videos)} videos cannot be read: correct the following."
        raise DataError("\n  ".join([head, *faults]))
    return [{name: arrays for name, arrays in own.items() if arrays is not None} for own in found]


Measured = dict[str, dict[str, NDArray[Any]]]


def _measured(
    videos: Sequence[LongVideo],
    missing: dict[int, tuple[str, ...]],
    settings: VideoSettings,
    workers: int,
) -> Iterator[tuple[int, Measured | str]]:
    """Index and measurements of each video as they are finished, or the reason why it cannot be read."""
    pending, losses = dict(missing), 0
    while pending:
        calls = [(i, videos[i].frames, names, settings) for i, names in pending.items()]
        try:
            for i, measured in run_apart(_measure, calls, min(workers, len(calls))):
                losses = 0
                del pending[i]
                yield i, measured
        except LOST as error:
            losses += 1
            if losses == LOSSES_IN_A_ROW:
                raise ConfigError(
                    f"Processes were ended {losses} times before a video was finished, probably for lack of "
                    "memory: give fewer --workers; the same command continues."
                ) from error


def _measure(
    index: int, frames: LongFrames, names: Sequence[str], settings: VideoSettings
) -> tuple[int, Measured | str]:
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)  # the videos are distributed over processes
    try:
        with limited_threads(settings.threads):
            return index, measure_video(frames, names, settings)
    except DataError as error:
        return index, str(error)
    finally:
        cv2.setNumThreads(threads)


def measure_video(frames: LongFrames, names: Sequence[str], settings: VideoSettings) -> Measured:
    """The measurements of these names, from one reading of the frames.

    ``EVENTS``: onset_ns, apex_ns, offset_ns, (N,) int64, and with a model probabilities, (N, C) float32. A
    baseline: stamps_ns, (T,) int64, and micro and macro, (T,) float64, of ``baselines.both_kinds``; all are
    empty if no frame shows a face. DataError if frames cannot be read.
    """
    found: Measured = {}
    answers: list[Answer] = []
    source = _watched(frames, answers, settings) if EVENTS in names else frames_of(frames)
    methods = [name for name in names if name in METHODS]
    if methods:
        found |= _baselines(source, methods)
    for _ in source:  # without baselines, or where the alignment gave up
        pass
    if EVENTS in names:
        found[EVENTS] = _events(answers)
    return found


def _watched(frames: LongFrames, answers: list[Answer], settings: VideoSettings) -> Iterator[Frame]:
    """The frames, each after the pipeline has processed it."""
    model = _recogniser(settings.model, settings.device) if settings.model else None
    with Pipeline(model, config=WATCHER) as pipeline:
        for step in pipeline.run(frames):
            answers += step.answers
            yield step.frame


@cache
def _recogniser(path: Path, device: str) -> Any:
    """The model, loaded once in each process."""
    from mer_ros.recognition.recogniser import Recogniser  # late: importing torch takes two seconds

    return Recogniser.load(path, device)


def _events(answers: Sequence[Answer]) -> dict[str, NDArray[Any]]:
    """Final events in order of their onset."""
    ordered = sorted(answers, key=lambda answer: (answer.event.onset_ns, answer.event.offset_ns))
    found: dict[str, NDArray[Any]] = {
        name: np.array([getattr(answer.event, name) for answer in ordered], np.int64)
        for name in ("onset_ns", "apex_ns", "offset_ns")
    }
    probabilities = [answer.prediction.probabilities for answer in ordered if answer.prediction]
    if probabilities:
        found["probabilities"] = np.stack(probabilities)
    return found


def _baselines(source: Iterator[Frame], methods: Sequence[str]) -> Measured:
    try:
        aligned = align(source)
    except InputError:  # no frame shows a face: nothing can be spotted
        empty = {"stamps_ns": np.empty(0, np.int64), "micro": np.empty(0), "macro": np.empty(0)}
        return {name: dict(empty) for name in methods}
    found: Measured = {}
    for name in methods:
        micro, macro = frame_values(METHODS[name], aligned)
        found[name] = {"stamps_ns": aligned.stamps_ns, "micro": micro, "macro": macro}
    return found
