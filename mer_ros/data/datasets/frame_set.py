"""Data sets of annotated frames: a record of what their authors hand out -> labelled clips.

A data set states in one record where its annotations and frames are, what its labels mean and which rows are
known to be wrong. Everything else is here and the same for all: every row is checked, first alone and then
against the frames, and all faults are reported together, each with its file and row. Only then are clips
measured.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from mer_ros.data.annotations.annotation import Annotation, Correction, annotation_of, corrected
from mer_ros.data.annotations.labels import OBJECTIVE_LABELS, Scheme, same
from mer_ros.data.annotations.sheet_layout import Row, SheetLayout, find_layout_file, read_layout
from mer_ros.data.clip_set import ClipSet
from mer_ros.data.datasets.dataset import Dataset, Request
from mer_ros.data.faults import Faults
from mer_ros.data.frames.cache import ClipCache, default_folder
from mer_ros.data.frames.folders import ClipFrames, find_frames, interval_fault
from mer_ros.data.frames.layout_file import FrameLayout, read_layout_file
from mer_ros.data.frames.measured_set import CachedInputs, collected_flow, measure_clips
from mer_ros.data.frames.measurement import MeasurementSettings
from mer_ros.data.frames.patterns import FramePattern, filled
from mer_ros.data.names import unify
from mer_ros.data.notes import Notes
from mer_ros.errors import DataError
from mer_ros.motion.flow_algorithms import DEFAULT_FLOW, flow_algorithm
from mer_ros.types import InputKind

NATIVE = "native"
OBJECTIVE = "objective"
KINDS: frozenset[InputKind] = frozenset({"flow", "sequence", "clip", "apex"})

ReadAnnotations = Callable[["FrameSet", Path, FrameLayout, Faults, Notes], list[Annotation]]


@dataclass(frozen=True)
class FrameSet:
    """A data set of annotated frames.

    name: value of ``--data`` and name in results. title: name of its authors. patterns: usual places of the
    frames, the best first. fps: frames per second where the sheet does not say. native: all labels of its
    sheet, plain. sheet: layout of its sheet, None if ``read`` needs none. schemes: classes besides the native
    ones. subject: name of a subject in results. corrections: rows that are known to be wrong. read: reads the
    annotations; the rows of the sheet by default. several: whether a clip name occurs once per expression of
    a longer video. kind: "micro" or "macro" if other rows of the sheet are to be left out. open_ended: see
    ``find_frames``. offset_is_apex: whether an unknown offset is taken to be the apex. objective: whether
    units are coded, so that the objective classes apply. label_optional: whether a row without label is no
    fault, because one of the sheets has none. caveat: limits of scores on it, one sentence.
    """

    name: str
    title: str
    patterns: tuple[str, ...]
    fps: float
    native: tuple[str, ...]
    sheet: SheetLayout | None = None
    schemes: Mapping[str, Scheme] = field(default_factory=dict)
    subject: str = "{subject}"
    corrections: tuple[Correction, ...] = ()
    read: ReadAnnotations | None = None
    several: bool = False
    kind: str = ""
    open_ended: bool = False
    offset_is_apex: bool = False
    objective: bool = False
    label_optional: bool = False
    caveat: str = ""

    def scheme(self, name: str) -> Scheme:
        """The classes of a name, the native ones for ""."""
        if name in ("", NATIVE):
            return same(*self.native)
        return same(*OBJECTIVE_LABELS) if name == OBJECTIVE else self.schemes[name]

    def dataset(self) -> Dataset:
        """The record for the catalogue."""
        return Dataset(
            name=self.name,
            help=f"the folder of {self.title}, with its annotations and frames",
            kinds=KINDS,
            opener=lambda request: read_clips(self, request),
            schemes=(NATIVE, *self.schemes, *((OBJECTIVE,) if self.objective else ())),
        )


@dataclass(frozen=True)
class Annotations:
    """What was read of a data set: its good rows, and everything that was found wrong or noteworthy."""

    good: list[Annotation]
    faults: Faults
    notes: Notes


def read_annotations(frame_set: FrameSet, root: Path, layout: FrameLayout | None = None) -> Annotations:
    """The annotations in a folder, without a look at the frames. Raises DataError if there is no folder.

    Every row is in ``good``, or has a fault with its number, or is left out by a correction or as another
    kind of expression, which is noted.
    """
    if not root.is_dir():
        raise DataError(f"There is no folder {root}: give the folder of {frame_set.title}.")
    layout = layout or FrameLayout()
    faults, notes = Faults(root), Notes()
    read = frame_set.read or sheet_annotations
    found = read(frame_set, root, layout, faults, notes)
    found = corrected(found, (*layout.corrections, *frame_set.corrections), notes)
    if frame_set.kind:
        of_kind = [one for one in found if one.kind in ("", frame_set.kind)]
        if len(of_kind) < len(found):
            notes.add(
                f"{len(found) - len(of_kind)} rows are no {frame_set.kind}-expressions and were left out."
            )
        found = of_kind
    found = [_with_known_frames(frame_set, one, notes) for one in found]
    return Annotations(_checked(frame_set, found, faults), faults, notes)


def sheet_annotations(
    frame_set: FrameSet, root: Path, layout: FrameLayout, faults: Faults, notes: Notes
) -> list[Annotation]:
    """The annotations of all rows of the sheet."""
    file, rows = sheet_rows(frame_set, root, layout, faults, notes)
    found = (annotation_of(row, file, faults, notes) for row in rows)
    return [annotation for annotation in found if annotation is not None]


def sheet_rows(
    frame_set: FrameSet, root: Path, layout: FrameLayout, faults: Faults, notes: Notes
) -> tuple[str, list[Row]]:
    """The sheet, as a path below the root, and its rows; "" and none after a fault."""
    assert frame_set.sheet is not None  # of a set that reads its annotations otherwise
    path = layout.sheet_in(root, faults) or find_layout_file(root, frame_set.sheet, faults, notes)
    if path is None:
        return "", []
    return path.relative_to(root).as_posix(), read_layout(path, frame_set.sheet, faults, notes)


def _with_known_frames(frame_set: FrameSet, one: Annotation, notes: Notes) -> Annotation:
    """An annotation without an apex that says nothing, and with an offset where the data set defines one."""
    if one.apex == 0:
        one = replace(one, apex=None)
    if one.offset == 0:
        one = replace(one, offset=None)
    if one.apex is not None and one.apex == one.onset:
        notes.tally(("apex is", "apexes are"), "the onset and estimated instead", one.name)
        one = replace(one, apex=None)
    if one.offset is None and frame_set.offset_is_apex and one.apex is not None:
        notes.tally(("offset is", "offsets are"), "unknown, the apex was taken", one.name)
        one = replace(one, offset=one.apex)
    return one


def _checked(frame_set: FrameSet, found: Sequence[Annotation], faults: Faults) -> list[Annotation]:
    """The rows without fault."""
    names = unify([frame_set.name] * len(found), [one.subject for one in found])
    for clash in names.clashes:
        faults.add(clash.sentence, found[clash.index].file, found[clash.index].row)
    good = []
    rows: dict[tuple[object, ...], int] = {}
    for one, subject in zip(found, names.subjects, strict=True):
        one = replace(one, subject=subject)
        fault = _row_fault(frame_set, one)
        onset, folder = one.onset if frame_set.several else None, "" if one.row else one.file
        key = (subject, one.clip.casefold(), onset, one.part, folder)
        earlier = rows.setdefault(key, one.row)
        if not fault and earlier != one.row:
            fault = f"it names the same expression as row {earlier}"
        if fault:
            faults.add(f"{one.name}: {fault}", one.file, one.row)
        else:
            good.append(one)
    return good


def _row_fault(frame_set: FrameSet, one: Annotation) -> str:
    if one.label not in frame_set.native and not (frame_set.label_optional and not one.label):
        return f"label {one.label!r} is not one of {', '.join(frame_set.native)}"
    if one.onset is None and frame_set.sheet is None:
        return ""  # the frames of the folder are the clip
    if one.offset is None and frame_set.open_ended:
        return interval_fault(one.onset, None, (one.onset or 0) + 1)
    return interval_fault(one.onset, one.apex, one.offset)


def read_clips(frame_set: FrameSet, request: Request) -> ClipSet:
    """The clips of a folder. If it has faults, raises DataError with the file and row of all of them."""
    if request.root is None:
        raise DataError(f"{frame_set.title} is read from a folder: give its path.")
    settings = MeasurementSettings(request.flow or DEFAULT_FLOW, "sequence" in request.kinds)
    flow_algorithm(settings.flow)  # an unknown name is refused before the frames are read
    layout = read_layout_file(request.layout, frame_set.name)
    read = read_annotations(frame_set, request.root, layout)
    faults, notes = read.faults, read.notes
    patterns = [FramePattern(layout.frames)] if layout.frames else list(map(FramePattern, frame_set.patterns))
    chosen, dropped = _of_scheme(frame_set, read.good, request.labels, notes)
    if not read.good and not faults.found:
        faults.add("there are no annotated clips")
    exact = bool(layout.frames)
    clips = (
        find_frames(request.root, chosen, patterns, faults, notes, exact, frame_set.open_ended)
        if chosen
        else []
    )
    _check_whole(frame_set, chosen, request.labels, dropped, faults)
    faults.stop()
    whole = [clip for clip in clips if clip is not None]
    cache = ClipCache(request.cache or default_folder())
    keys, failed = measure_clips(request.root, whole, cache, settings, request.progress)
    for i, reason in failed.items():
        faults.add(f"{chosen[i].name}: {reason}", chosen[i].file, chosen[i].row)
    faults.stop()
    return _clip_set(frame_set, request, chosen, whole, cache, tuple(keys), notes)


def _of_scheme(
    frame_set: FrameSet, good: Sequence[Annotation], name: str, notes: Notes
) -> tuple[list[Annotation], int]:
    """The annotations that have a class, with that class as their label, and the number of others."""
    scheme = frame_set.scheme(name)
    kept: list[Annotation] = []
    left: Counter[str] = Counter()
    for one in good:
        native = one.objective if name == OBJECTIVE else one.label
        reason = scheme.omitted.get(f"{_subject_name(frame_set, one)}/{one.clip}")
        if reason:
            notes.tally(("clip was", "clips were"), "left out as by the organisers", f"{one.name}, {reason}")
        elif native in scheme.class_of:
            kept.append(replace(one, label=scheme.class_of[native], extra={"label": one.label, **one.extra}))
        else:
            left[native or "no class"] += 1
    if left:
        shown = ", ".join(f"{count} of {label}" for label, count in left.most_common())
        notes.add(f"{sum(left.values())} clips have no class in --labels {name} and were left out ({shown}).")
    return kept, sum(left.values())


def _subject_name(frame_set: FrameSet, one: Annotation) -> str:
    return filled(frame_set.subject, {"subject": one.subject})


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
    labels = frame_set.scheme(request.labels).labels
    if request.labels in ("", NATIVE):  # a class without clips would count as an F1 of 0
        present = {one.label for one in chosen}
        labels = tuple(label for label in labels if label in present)
    estimated = sum(clip.apex is None for clip in clips)
    if estimated:
        notes.add(f"The apex of {estimated} of {len(clips)} clips was estimated from the frames.")
    counts = Counter(one.label for one in chosen)
    notes.add(f"Clips: {', '.join(f'{label} {counts[label]}' for label in labels)}.")
    sequences = CachedInputs(cache, keys, "sequence") if "sequence" in request.kinds else ()
    coded = any(one.units is not None for one in chosen)
    return ClipSet(
        flow=collected_flow(cache, keys),
        truth=np.array([labels.index(one.label) for one in chosen], np.int64),
        labels=labels,
        samples=np.array([_sample_name(frame_set, one) for one in chosen]),
        subjects=np.array([_subject_name(frame_set, one) for one in chosen]),
        datasets=np.full(len(chosen), frame_set.name),
        origin=f"{frame_set.title}, flow {request.flow or DEFAULT_FLOW}",
        caveat=frame_set.caveat,
        crops=CachedInputs(cache, keys, "crops"),
        sequences=sequences,
        apex_images=CachedInputs(cache, keys, "apex_image"),
        notes=notes.sentences,
        units=tuple(one.units for one in chosen) if coded else (),
    )


def _sample_name(frame_set: FrameSet, one: Annotation) -> str:
    name = f"{one.clip}_{one.onset}" if frame_set.several else one.clip
    return name if one.part == 1 else f"{name}_{one.part}"
