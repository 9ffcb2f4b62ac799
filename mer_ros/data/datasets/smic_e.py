"""SMIC-HS-E: the micro-expressions of SMIC within longer videos, 100 frames per second.

The sheet is ``SMIC-HS-E_annotation*.xlsx``, of which the sheet HS is read. A row may hold a second event
(Onset2F, Offset2F), which becomes a clip of its own; frame numbers are those of the long video.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mer_ros.data.annotations.annotation import Annotation, annotation_of
from mer_ros.data.annotations.labels import same
from mer_ros.data.annotations.sheet_layout import Row, SheetLayout
from mer_ros.data.datasets.frame_clips import dataset_of
from mer_ros.data.datasets.frame_set import FrameSet, sheet_rows
from mer_ros.data.faults import Faults
from mer_ros.data.frames.layout_file import FrameLayout
from mer_ros.data.label_mapping import MEGC_LABELS
from mer_ros.data.notes import Notes


def _read(
    frame_set: FrameSet, root: Path, layout: FrameLayout, faults: Faults, notes: Notes
) -> list[Annotation]:
    file, rows = sheet_rows(frame_set, root, layout, faults, notes)
    found: list[Annotation | None] = []
    for number, cells in rows:
        found.append(annotation_of((number, cells), file, faults, notes))
        if cells.get("onset2", "").strip("0. /-"):
            second: Row = (number, {**cells, "onset": cells["onset2"], "offset": cells.get("offset2", "")})
            second[1].pop("apex", None)
            event = annotation_of(second, file, faults, notes)
            found.append(replace(event, part=2) if event else None)
    return [one for one in found if one is not None]


FRAME_SET = FrameSet(
    name="smic-e",
    title="SMIC-HS-E",
    sheet=SheetLayout(
        files=(r"smic-?hs-?e.*annotation.*", r"smic.*hs.*"),
        columns={
            "subject": ("Subject",),
            "clip": ("Filename",),
            "onset": ("OnsetF", "Onset1F", "OnsetFrame"),
            "apex": ("ApexF", "ApexFrame"),
            "offset": ("OffsetF", "Offset1F", "OffsetFrame"),
            "onset2": ("Onset2F",),
            "offset2": ("Offset2F",),
            "label": ("Emotion",),
        },
        optional=frozenset({"apex", "onset2", "offset2"}),
        title=r"^HS",
    ),
    read=_read,
    patterns=("s{subject:02}/{clip}/image{frame}.jpg", "s{subject:02}/{clip}/{frame}.jpg"),
    fps=100.0,
    native=MEGC_LABELS,
    schemes={"three": same(*MEGC_LABELS)},
    subject="s{subject:02}",
    people="smic",
)
SMIC_E = dataset_of(FRAME_SET)
