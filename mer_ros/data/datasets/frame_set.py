"""Data sets of annotated frames: a record of what their authors hand out, and its annotations.

A data set states in one record where its annotations and frames are, what its labels mean and which rows are
known to be wrong. Everything else is the same for all: every row is checked, here alone and in
``frame_clips`` against the frames, and all faults are reported together, each with its file and row. Only
then are clips measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from mer_ros.data.annotations.annotation import Annotation, Correction, annotation_of, corrected
from mer_ros.data.annotations.labels import OBJECTIVE_LABELS, Scheme, same
from mer_ros.data.annotations.sheet_layout import Row, SheetLayout, find_layout_file, read_layout
from mer_ros.data.faults import Faults
from mer_ros.data.frames.folders import ClipFrames, interval_fault
from mer_ros.data.frames.layout_file import FrameLayout
from mer_ros.data.frames.patterns import FramePattern, filled
from mer_ros.data.names import unify
from mer_ros.data.notes import Notes
from mer_ros.errors import DataError, quantity

NATIVE = "native"
OBJECTIVE = "objective"

ReadAnnotations = Callable[["FrameSet", Path, FrameLayout, Faults, Notes], list[Annotation]]
FindFrames = Callable[[Path, Sequence[Annotation], Faults, Notes], list[ClipFrames | None]]


@dataclass(frozen=True)
class FrameSet:
    """A data set of annotated frames.

    name: value of ``--data`` and name in results. title: name of its authors. patterns: usual places of the
    frames, the best first. fps: frames per second where the sheet does not say. native: all labels of its
    sheet, plain. sheet: layout of its sheet, None if ``read`` needs none. schemes: classes besides the native
    ones. subject: name of a subject in results whose name in the sheet is a number. corrections: rows that
    are known to be wrong. read: reads the annotations; the rows of the sheet by default. find: finds the
    frames of each annotation; by ``patterns`` by default. several: whether a clip name occurs once per
    expression of a longer video. kind: "micro" or "macro" if other rows of the sheet are to be left out.
    open_ended: see ``find_frames``. offset_is_apex: whether an unknown offset is taken to be the apex.
    objective: whether units are coded, so that the objective classes apply. label_optional: whether a row
    without label is no fault, because one of the sheets has none. caveat: limits of scores on it, one
    sentence. people: the data set whose people it shows, "" if it has people of its own. long_videos: whether
    complete videos are there, on which spotting is scored. read_long: reads the expressions of such videos,
    micro and macro; ``read`` if None.
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
    find: FindFrames | None = None
    several: bool = False
    kind: str = ""
    open_ended: bool = False
    offset_is_apex: bool = False
    objective: bool = False
    label_optional: bool = False
    caveat: str = ""
    people: str = ""
    long_videos: bool = False
    read_long: ReadAnnotations | None = None

    def frame_patterns(self, layout: FrameLayout) -> list[FramePattern]:
        """The usual places of the frames, or that of ``--layout``."""
        return list(map(FramePattern, (layout.frames,) if layout.frames else self.patterns))

    def subject_name(self, subject: str) -> str:
        """The name in results: the pattern of the set for a number, any other name as the sheet has it."""
        return filled(self.subject, {"subject": subject}) if subject.isdecimal() else subject

    def scheme(self, name: str) -> Scheme:
        """The classes of a name, the native ones for ""."""
        if name in ("", NATIVE):
            return same(*self.native)
        return same(*OBJECTIVE_LABELS) if name == OBJECTIVE else self.schemes[name]


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
            left = quantity(len(found) - len(of_kind), "row")
            notes.add(f"{left} of another kind left out, {frame_set.kind} kept.")
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
