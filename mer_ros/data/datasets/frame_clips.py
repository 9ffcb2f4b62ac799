"""Clips of a data set of annotated frames: annotations compared with frames, measured, and put into a set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from mer_ros.data.annotations.annotation import Annotation
from mer_ros.data.clip_set import ClipSet
from mer_ros.data.datasets.dataset import Dataset, Request
from mer_ros.data.datasets.frame_set import NATIVE, OBJECTIVE, FrameSet, read_annotations
from mer_ros.data.datasets.frame_videos import read_videos
from mer_ros.data.faults import Faults
from mer_ros.data.frames.cache import ClipCache, default_folder
from mer_ros.data.frames.corrupted_set import FrameRecordings
from mer_ros.data.frames.folders import ClipFrames, find_frames
from mer_ros.data.frames.layout_file import FrameLayout, read_layout_file
from mer_ros.data.frames.measured_set import CachedInputs, collected_flow, measure_clips
from mer_ros.data.frames.measurement import MeasurementSettings
from mer_ros.data.notes import Notes
from mer_ros.errors import DataError, quantity
from mer_ros.motion.flow_algorithms import DEFAULT_FLOW, flow_algorithm
from mer_ros.types import InputKind

KINDS: frozenset[InputKind] = frozenset({"flow", "sequence", "clip", "apex"})


def dataset_of(frame_set: FrameSet) -> Dataset:
    """The record of a data set for the catalogue."""
    return Dataset(
        name=frame_set.name,
        help=f"the folder of {frame_set.title}, with its annotations and frames",
        kinds=KINDS,
        opener=lambda request: read_clips(frame_set, request),
        schemes=(NATIVE, *frame_set.schemes, *((OBJECTIVE,) if frame_set.objective else ())),
        video_opener=(lambda request: read_videos(frame_set, request)) if frame_set.long_videos else None,
    )


def read_clips(frame_set: FrameSet, request: Request) -> ClipSet:
    """The clips of a folder. If it has faults, raises DataError with the file and row of all of them."""
    if request.root is None:
        raise DataError(f"{frame_set.title} is read from a folder: give its path.")
    settings = MeasurementSettings(request.flow or DEFAULT_FLOW, "sequence" in request.kinds)
    flow_algorithm(settings.flow)  # an unknown name is refused before the frames are read
    layout = read_layout_file(request.layout, frame_set.name)
    read = read_annotations(frame_set, request.root, layout)
    faults, notes = read.faults, read.notes
    chosen, dropped = _of_scheme(frame_set, read.good, request.labels, notes)
    if not read.good and not faults.found:
        faults.add("there are no annotated clips")
    clips = _frames(frame_set, request.root, layout, chosen, faults, notes) if chosen else []
    _check_whole(frame_set, chosen, request.labels, dropped, faults)
    faults.stop()
    whole = [clip for clip in clips if clip is not None]
    cache = ClipCache(request.cache or default_folder())
    keys, failed = measure_clips(request.root, whole, cache, settings, request.progress)
    for i, reason in failed.items():
        faults.add(f"{chosen[i].name}: {reason}", chosen[i].file, chosen[i].row)
    faults.stop()
    return _clip_set(frame_set, request, chosen, whole, cache, tuple(keys), notes)


def _frames(
    frame_set: FrameSet,
    root: Path,
    layout: FrameLayout,
    chosen: Sequence[Annotation],
    faults: Faults,
    notes: Notes,
) -> list[ClipFrames | None]:
    """The frames of each annotation; None after a fault."""
    if frame_set.find:
        return frame_set.find(root, chosen, faults, notes)
    patterns, exact = frame_set.frame_patterns(layout), bool(layout.frames)
    return find_frames(root, chosen, patterns, faults, notes, exact, frame_set.open_ended)


def _of_scheme(
    frame_set: FrameSet, good: Sequence[Annotation], name: str, notes: Notes
) -> tuple[list[Annotation], int]:
    """The annotations that have a class, with that class as their label, and the number of others."""
    scheme = frame_set.scheme(name)
    kept: list[Annotation] = []
    left: Counter[str] = Counter()
    for one in good:
        native = one.objective if name == OBJECTIVE else one.label
        reason = scheme.omitted.get(f"{frame_set.subject_name(one.subject)}/{one.clip}")
        if reason:
            notes.tally(("clip was", "clips were"), "left out as by the organisers", f"{one.name}, {reason}")
        elif native in scheme.class_of:
            kept.append(replace(one, label=scheme.class_of[native], extra={"label": one.label, **one.extra}))
        else:
            left[native or "no class"] += 1
    if left:
        shown = ", ".join(f"{count} of {label}" for label, count in left.most_common())
        notes.add(
            f"{quantity(sum(left.values()), 'clip')} without class in --labels {name} left out ({shown})."
        )
    return kept, sum(left.values())


def _check_whole(
    frame_set: FrameSet, chosen: Sequence[Annotation], scheme: str, dropped: int, faults: Faults
) -> None:
    """Add a fault for a set that cannot be evaluated: without clips, of one class or of one subject."""
    if dropped and not chosen:
        faults.add(f"no clip has a class in --labels {scheme}, {dropped} have others")
    if len({one.label for one in chosen}) == 1:
        faults.add(f"every clip has the label {chosen[0].label!r}, two classes are needed")
    if len({one.subject for one in chosen}) == 1:
        faults.add(f"every clip is of subject {chosen[0].subject!r}, two subjects are needed")


def _clip_set(
    frame_set: FrameSet,
    request: Request,
    chosen: Sequence[Annotation],
    clips: Sequence[ClipFrames],
    cache: ClipCache,
    keys: tuple[str, ...],
    notes: Notes,
) -> ClipSet:
    flow, restarted = collected_flow(cache, keys)
    for i in restarted:
        kind = "with a face that was lost and detected again, so that its crops are less steady"
        notes.tally(("clip", "clips"), kind, chosen[i].name)
    labels = frame_set.scheme(request.labels).labels
    if request.labels in ("", NATIVE):  # a class without clips would count as an F1 of 0
        present = {one.label for one in chosen}
        labels = tuple(label for label in labels if label in present)
    estimated = sum(clip.apex is None for clip in clips)
    if estimated:
        notes.add(f"The apex of {estimated} of {len(clips)} clips was estimated from the frames.")
    rates = np.array([one.fps or frame_set.fps for one in chosen])
    lasting = np.median([len(clip.numbers) - 1 for clip in clips] / rates)
    shown = " or ".join(f"{rate:g}" for rate in np.unique(rates))
    notes.add(f"Half of the clips last {1000 * lasting:.0f} ms or more, at {shown} frames per second.")
    counts = Counter(one.label for one in chosen)
    notes.add(f"Clips: {', '.join(f'{label} {counts[label]}' for label in labels)}.")
    sequences = CachedInputs(cache, keys, "sequence") if "sequence" in request.kinds else ()
    coded = any(one.units is not None for one in chosen)
    settings = MeasurementSettings(request.flow or DEFAULT_FLOW)
    recordings = FrameRecordings(tuple(clips), keys, tuple(rates.tolist()), cache, settings)
    return ClipSet(
        flow=flow,
        truth=np.array([labels.index(one.label) for one in chosen], np.int64),
        labels=labels,
        samples=np.array([_sample_name(frame_set, one) for one in chosen]),
        subjects=np.array([frame_set.subject_name(one.subject) for one in chosen]),
        datasets=np.full(len(chosen), frame_set.name),
        origin=f"{frame_set.title}, flow {request.flow or DEFAULT_FLOW}",
        caveat=frame_set.caveat,
        crops=CachedInputs(cache, keys, "crops"),
        sequences=sequences,
        apex_images=CachedInputs(cache, keys, "apex_image"),
        notes=notes.sentences,
        units=tuple(one.units for one in chosen) if coded else (),
        cohorts=np.full(len(chosen), frame_set.people) if frame_set.people else None,
        recordings=recordings,
    )


def _sample_name(frame_set: FrameSet, one: Annotation) -> str:
    name = f"{one.clip}_{one.onset}" if frame_set.several else one.clip
    return name if one.part == 1 else f"{name}_{one.part}"
