"""Clips of annotated frames under corruptions, measured anew and cached.

The frames are cut to a square round the face, as wide relative to it as the frames of rendered clips, so that
a large picture costs no more than a small one. Landmarks for what is drawn on the face, such as a mask, are
those of the first frame, carried along by registration: they do not jitter. The apex is that of the clip. The
clip without corruption is measured from the same square.

An entry of the cache holds one kind of input of a clip under all severities of a corruption, flow in half
precision.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.array_cache import read_arrays, write_arrays
from mer_ros.data.corruptions import CORRUPTIONS, SEVERITIES, Shot
from mer_ros.data.corruptions.recordings import (
    CLEAN,
    FLOW,
    TASK,
    Inputs,
    Measured,
    Recordings,
    Variant,
)
from mer_ros.data.frames.cache import ClipCache
from mer_ros.data.frames.decoding import DecodedFrames, kept_frames
from mer_ros.data.frames.folders import ClipFrames
from mer_ros.data.frames.measured_set import read_clip
from mer_ros.data.frames.measurement import MeasurementSettings, find_face, measure
from mer_ros.errors import DataError
from mer_ros.face.geometry import interocular_px
from mer_ros.face.mesh import FaceMesh
from mer_ros.motion.meter import MotionMeter
from mer_ros.progress import SILENT, Progress
from mer_ros.types import InputKind

VERSION = 2
"""Of this measurement: part of the key of an entry."""

SQUARE = 3.4
"""Width of the square round the face, in distances of the outer eye corners."""

_BATCH = 4  # clips of one job: a process starts FaceMesh once for them
_NONE = CLEAN[0]
_PARTS: dict[InputKind, str] = {
    "flow": "flow",
    "sequence": "sequence",
    "clip": "crops",
    "apex": "apex_image",
}
"""Attribute of ``MeasuredClip`` of each kind of input."""


@dataclass(frozen=True, eq=False)
class FrameRecordings(Recordings):
    """N clips. keys: of their entries in the cache of measured clips. rates: frames per second of each."""

    clips: tuple[ClipFrames, ...]
    keys: tuple[str, ...]
    rates: tuple[float, ...]
    cache: ClipCache
    settings: MeasurementSettings

    def __len__(self) -> int:
        """Number of clips."""
        return len(self.clips)

    def measured(
        self,
        corruptions: Sequence[str],
        kinds: Sequence[InputKind] = FLOW,
        progress: Progress = SILENT,
        cores: int = 0,
    ) -> Iterator[Measured]:
        """See ``Recordings``. DataError for a clip whose entry in the cache was removed.

        The processes only fill the cache, from which one clip after the other is read here: sequences of one
        clip under all corruptions take 150 MB.
        """
        import joblib  # imported here: most importers of this module measure nothing

        batches = [range(i, min(i + _BATCH, len(self))) for i in range(0, len(self), _BATCH)]
        names = (_NONE, *corruptions)
        jobs = (joblib.delayed(_batch)(self._part(batch), names, tuple(kinds)) for batch in batches)
        progress.started(TASK, len(self))
        done = 0
        n_jobs = min(cores or joblib.cpu_count(), len(batches))
        for batch, _ in zip(batches, joblib.Parallel(n_jobs, return_as="generator")(jobs), strict=True):
            for i in batch:
                yield _Clip(self, i, kinds).measured(names, _removed)
            done += len(batch)
            progress.advanced(TASK, done)
        progress.finished(TASK)

    def _part(self, batch: range) -> FrameRecordings:
        own = slice(batch.start, batch.stop)
        return FrameRecordings(self.clips[own], self.keys[own], self.rates[own], self.cache, self.settings)


def _removed() -> FaceMesh:
    raise DataError("The cached inputs of a clip were removed: run the command again.")


def _batch(part: FrameRecordings, names: Sequence[str], kinds: Sequence[InputKind]) -> None:
    """Store what is missing in the cache."""
    threads = cv2.getNumThreads()
    meshes: list[FaceMesh] = []
    cv2.setNumThreads(1)  # the clips are distributed over processes

    def mesh() -> FaceMesh:
        if not meshes:  # it takes half a second to start, and cached clips need none
            meshes.append(FaceMesh(max_faces=1, tracking=False))
        return meshes[0]

    try:
        for i in range(len(part)):
            _Clip(part, i, kinds).measured(names, mesh)
    finally:
        cv2.setNumThreads(threads)
        for one in meshes:
            one.close()


@dataclass(frozen=True, eq=False)
class _Placed:
    """A shot of one face, and the time of the apex, s."""

    shot: Shot
    apex_s: float


class _Clip:
    """One clip of recordings."""

    def __init__(self, part: FrameRecordings, i: int, kinds: Sequence[InputKind]) -> None:
        self._frames, self._key, self._rate = part.clips[i], part.keys[i], part.rates[i]
        self._cache, self._settings, self._kinds = part.cache, part.settings, kinds

    def measured(self, names: Sequence[str], mesh: Callable[[], FaceMesh]) -> Measured:
        """From the cache, or measured and stored. mesh: starts FaceMesh when it is first called."""
        found: dict[Variant, Inputs | None] = {}
        placed: _Placed | None = None
        for name in names:
            entries = {kind: read_arrays(self._entry(name, kind)) for kind in self._kinds}
            missing = [kind for kind, entry in entries.items() if entry is None]
            if missing:
                placed = placed or self._placed(mesh())
                inputs = self._inputs(name, placed, mesh(), missing)
                for kind in missing:
                    packed = _packed([None if one is None else one[kind] for one in inputs])
                    write_arrays(self._entry(name, kind), packed)
                    entries[kind] = packed
            for i, severity in enumerate(_severities(name)):
                seen = {
                    kind: _unpacked(own[str(i)]) for kind, own in entries.items() if own and str(i) in own
                }
                found[name, severity] = seen if len(seen) == len(entries) else None
        return found

    def _entry(self, name: str, kind: InputKind) -> Path:
        levels = CORRUPTIONS.get(name).levels if name else ()
        described = json.dumps([VERSION, self._key, asdict(self._settings), name, levels, kind])
        key = hashlib.sha256(described.encode()).hexdigest()
        return self._cache.path(key).with_suffix(".flows")

    def _placed(self, mesh: FaceMesh) -> _Placed:
        images = list(DecodedFrames(self._frames))
        padding, landmarks = find_face(images, mesh)
        on_picture = np.array([padding.width, padding.width, 0], np.float32)
        meter, places = MotionMeter(padding(images[0]), landmarks), []
        for image in images:
            meter.step(padding(image))
            places.append(meter.landmarks_in_image() - on_picture)
        left, top, right, bottom = _square(places[0], images[0].shape)
        places_cut = np.stack(places) - np.array([left, top, 0], np.float32)
        cut = np.stack([image[top:bottom, left:right] for image in images])
        times_s = np.array(kept_frames(len(self._frames.numbers), self._frames.apex)) / self._rate
        apex = read_clip(self._cache, self._key).apex
        return _Placed(Shot(cut, times_s, places_cut), float(times_s[apex]))

    def _inputs(
        self, name: str, placed: _Placed, mesh: FaceMesh, kinds: Sequence[InputKind]
    ) -> list[Inputs | None]:
        """Of each severity; None without a face."""
        seed = int(self._key[:8], 16)  # the same random choices in every command
        settings = replace(self._settings, sequences="sequence" in kinds)
        found: list[Inputs | None] = []
        for severity in _severities(name):
            shot = CORRUPTIONS.get(name)(placed.shot, severity, seed) if name else placed.shot
            apex = int(np.abs(shot.times_s - placed.apex_s).argmin())
            try:
                measured = measure(list(shot.frames), apex, mesh, settings)
            except DataError:
                found.append(None)
            else:
                found.append({kind: getattr(measured, _PARTS[kind]) for kind in kinds})
        return found


def _packed(inputs: Sequence[NDArray[Any] | None]) -> dict[str, NDArray[Any]]:
    """The arrays of an entry: one for each severity with a face, by its place."""
    held = {str(i): own for i, own in enumerate(inputs) if own is not None}
    return {place: own if own.dtype == np.uint8 else own.astype(np.float16) for place, own in held.items()}


def _unpacked(own: NDArray[Any]) -> NDArray[Any]:
    return own if own.dtype == np.uint8 else own.astype(np.float32)


def _severities(name: str) -> tuple[int, ...]:
    return SEVERITIES if name else (CLEAN[1],)


def _square(landmarks: NDArray[np.float32], shape: Sequence[int]) -> tuple[int, int, int, int]:
    """left, top, right, bottom of the square round a face within a picture of this shape, with even sides."""
    middle = (landmarks[:, :2].min(0) + landmarks[:, :2].max(0)) / 2
    half = SQUARE * interocular_px(landmarks) / 2
    low = np.clip(np.floor(middle - half), 0, None).astype(int)
    high = np.minimum(np.ceil(middle + half), [shape[1], shape[0]]).astype(int)
    high -= (high - low) % 2
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])
