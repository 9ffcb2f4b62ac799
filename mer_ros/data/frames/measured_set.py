"""All clips of a data set, measured in parallel and read lazily, so that a set may be larger than memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.flow_storage import empty_flow
from mer_ros.data.frames.cache import ClipCache, clip_key
from mer_ros.data.frames.decoding import DecodedFrames
from mer_ros.data.frames.folders import ClipFrames
from mer_ros.data.frames.measurement import MeasuredClip, MeasurementSettings, measure
from mer_ros.errors import DataError
from mer_ros.face.geometry import CROP_SIZE
from mer_ros.face.mesh import FaceMesh
from mer_ros.files import check_writable
from mer_ros.progress import SILENT, Progress

TASK = "measuring clips"
"""The task that ``measure_clips`` reports to ``progress``, counted in clips."""

_BATCH = 4  # clips of one job: a process starts FaceMesh once


def measure_clips(
    root: Path,
    clips: Sequence[ClipFrames],
    cache: ClipCache,
    settings: MeasurementSettings,
    progress: Progress = SILENT,
    cores: int = 0,
) -> tuple[list[str], dict[int, str]]:
    """Measure all clips that are not in the cache; the bytes do not depend on the number of cores.

    cores: number of processes, 0 for one per core. Returns the key of each clip, and for each clip that could
    not be measured its index and the reason. ConfigError if the cache cannot be written.
    """
    keys = [clip_key(root, clip, settings) for clip in clips]
    missing = [i for i, key in enumerate(keys) if not cache.is_whole(key)]
    if not missing:
        return keys, {}
    check_writable(cache.folder, "--cache")
    import joblib  # imported here: most importers of this module measure nothing

    batches = [missing[i : i + _BATCH] for i in range(0, len(missing), _BATCH)]
    jobs = (
        joblib.delayed(_measure_batch)([(keys[i], clips[i]) for i in batch], cache.folder, settings)
        for batch in batches
    )
    failed: dict[int, str] = {}
    n_jobs = min(cores or joblib.cpu_count(), len(batches))
    progress.started(TASK, len(clips))
    done = len(clips) - len(missing)
    for batch, reasons in zip(batches, joblib.Parallel(n_jobs, return_as="generator")(jobs), strict=True):
        failed |= {i: reason for i, reason in zip(batch, reasons, strict=True) if reason}
        done += len(batch)
        progress.advanced(TASK, done)
    progress.finished(TASK)
    while _meshes:  # of this process, if it measured the clips itself
        _meshes.pop().close()
    return keys, failed


_meshes: list[FaceMesh] = []
"""The FaceMesh of this process: starting one takes half a second, and a process measures many batches."""


def _measure_batch(
    clips: Sequence[tuple[str, ClipFrames]], folder: Path, settings: MeasurementSettings
) -> list[str]:
    """Measure clips and store them; the reason why each could not be measured, or ""."""
    if not _meshes:
        _meshes.append(FaceMesh(max_faces=1, tracking=False))
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)  # the clips are distributed over processes
    try:
        return [_measure_one(key, clip, ClipCache(folder), settings) for key, clip in clips]
    finally:
        cv2.setNumThreads(threads)


def _measure_one(key: str, clip: ClipFrames, cache: ClipCache, settings: MeasurementSettings) -> str:
    try:
        frames = DecodedFrames(clip)
        cache.put(key, measure(frames, frames.apex, _meshes[0], settings))
    except DataError as error:
        return str(error)
    return ""


@dataclass(frozen=True, eq=False)
class CachedInputs(Sequence[NDArray[Any]]):
    """One input of each clip, read from the cache on access. part: attribute of ``MeasuredClip``."""

    cache: ClipCache
    keys: tuple[str, ...]
    part: str
    _last: dict[str, MeasuredClip] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        """Number of clips."""
        return len(self.keys)

    def __getitem__(self, i: Any) -> Any:
        """The input of the i-th clip."""
        if isinstance(i, slice):
            return CachedInputs(self.cache, self.keys[i], self.part)
        return getattr(read_clip(self.cache, self.keys[i]), self.part)

    def __iter__(self) -> Iterator[NDArray[Any]]:
        """The inputs of all clips, one after the other."""
        return (self[i] for i in range(len(self)))


def read_clip(cache: ClipCache, key: str) -> MeasuredClip:
    """A clip that was measured before; DataError if its entry was removed or damaged since."""
    clip = cache.find(key)
    if clip is None:
        raise DataError(f"The cached clip {cache.path(key)} was removed or damaged: run the command again.")
    return clip


def collected_flow(cache: ClipCache, keys: Sequence[str]) -> tuple[NDArray[np.float32], list[int]]:
    """(N, 2, S, S) float32 flow of all clips, and the indices of clips in which the face was lost and found.

    A large set lies in a file that ends with the process (``data.flow_storage``).
    """
    flow = empty_flow(len(keys), CROP_SIZE, cache.folder)
    restarted = []
    for i, key in enumerate(keys):
        clip = read_clip(cache, key)
        flow[i] = clip.flow
        restarted += [i] if clip.restarts else []
    return flow, restarted
