"""CAS(ME)^3, part A: micro- and macro-expressions in long videos, 30 frames per second.

Li et al., "CAS(ME)^3: A Third Generation Facial Spontaneous Micro-Expression Database with Depth Information
and High Ecological Validity", IEEE TPAMI 45(3), 2023. The list of micro-expressions carries the emotion
(``cas(me)3_part_A_ME_label*.xlsx``) and is preferred for clips; the sheet of all expressions
(``CAS(ME)3_part_A*.xls``) has objective classes only, so it needs ``--labels objective``. Clips are parts of
long videos. Their expressions are those of this sheet, or of the lists of both kinds if they are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from mer_ros.data.annotations.annotation import Annotation, Correction, annotation_of
from mer_ros.data.annotations.labels import same, three
from mer_ros.data.annotations.sheet_layout import SheetLayout, named_layout_file, read_layout
from mer_ros.data.datasets.frame_clips import dataset_of
from mer_ros.data.datasets.frame_set import FrameSet, sheet_annotations
from mer_ros.data.faults import Faults
from mer_ros.data.frames.layout_file import FrameLayout
from mer_ros.data.names import name_key
from mer_ros.data.notes import Notes

LABELS = ("happiness", "disgust", "fear", "anger", "sadness", "surprise", "others")
NEGATIVE = ("disgust", "fear", "anger", "sadness")

CORRECTIONS = (
    # the apex is 2668 and the offset 2694
    Correction("spNO.216/d", {"onset": 3647}, {"onset": 2647}, "its apex is 2668"),
    # frames are numbered from 1
    Correction("spNO.216/e", {"onset": 0}, {"onset": 1, "apex": None}, "there is no frame 0"),
    Correction(
        "spNO.149/d", {"onset": 112}, {"apex": None}, "its apex is before the onset", apex_outside=True
    ),
)
"""Rows of version 1 that users of the data set have reported."""

_ME_LIST = r"cas\(?me\)?\^?_?3.*part_?a.*me_?label.*"
_MAE_LIST = r"cas\(?me\)?\^?_?3.*part_?a.*mae_?label.*"
_NO_LIST = r"(?!.*label)"

SHEET = SheetLayout(
    files=(_ME_LIST, r"cas\(?me\)?\^?_?3.*part_?a.*", r".*part_?a.*"),
    columns={
        "subject": ("Subject",),
        "clip": ("Filename",),
        "onset": ("Onset", "OnsetFrame"),
        "apex": ("Apex", "ApexFrame"),
        "offset": ("Offset", "OffsetFrame"),
        "units": ("AU", "AUs", "Action Units"),
        "label": ("Emotion", "Estimated Emotion"),
        "kind": ("Expression type", "Type"),
        "objective": ("Objective class", "Objective Classes"),
    },
    optional=frozenset({"label", "kind", "objective"}),
)
ALL_EXPRESSIONS = replace(
    SHEET,
    files=tuple(_NO_LIST + file for file in SHEET.files[1:]),
    optional=frozenset({"label", "objective"}),
)
LISTS = {"micro": replace(SHEET, files=(_ME_LIST,)), "macro": replace(SHEET, files=(_MAE_LIST,))}


def _read_long(
    frame_set: FrameSet, root: Path, layout: FrameLayout, faults: Faults, notes: Notes
) -> list[Annotation]:
    """The rows of both lists; or else those of all expressions, with the emotions of the list of micro-
    expressions.
    """
    lists = {kind: named_layout_file(root, one) for kind, one in LISTS.items()}
    paths = {kind: path for kind, path in lists.items() if path is not None}
    if len(paths) == len(LISTS) and not layout.sheet:
        notes.add(f"The annotations are those of {' and '.join(repr(path.name) for path in paths.values())}.")
        return [
            replace(one, kind=kind)
            for kind, path in paths.items()
            for one in _of_list(root, path, faults, notes)
        ]
    found = sheet_annotations(replace(frame_set, sheet=ALL_EXPRESSIONS), root, layout, faults, notes)
    if "micro" not in paths:
        return found
    # what is wrong in this list is a fault of its own where its rows are read as clips
    emotions = {_key(one): one.label for one in _of_list(root, paths["micro"], Faults(root), Notes())}
    return [replace(one, label=one.label or emotions.get(_key(one), "")) for one in found]


def _of_list(root: Path, path: Path, faults: Faults, notes: Notes) -> Iterator[Annotation]:
    file = path.relative_to(root).as_posix()
    for row in read_layout(path, SHEET, faults, notes):
        one = annotation_of(row, file, faults, notes)
        if one is not None:
            yield one


def _key(one: Annotation) -> tuple[str, str, int | None]:
    return name_key(one.subject), name_key(one.clip), one.onset


FRAME_SET = FrameSet(
    name="casme3-a",
    title="CAS(ME)^3 part A, micro-expressions",
    sheet=SHEET,
    patterns=(
        "{subject}/{clip}/color/{frame}.jpg",
        "{subject}/{clip}/{frame}.jpg",
        "{subject}_{clip}_{onset}/{frame}.jpg",
    ),
    fps=30.0,
    native=LABELS,
    schemes={"seven": same(*LABELS), "three": three(NEGATIVE)},
    corrections=CORRECTIONS,
    several=True,
    kind="micro",
    objective=True,
    label_optional=True,
    long_videos=True,
    read_long=_read_long,
)
CASME3_A = dataset_of(FRAME_SET)
