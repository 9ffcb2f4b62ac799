"""MMEW, macro-expressions: 900 clips, whose folders are the annotation."""

from __future__ import annotations

from pathlib import Path

from mer_ros.data.annotations.annotation import Annotation
from mer_ros.data.annotations.folder_tree import tree_annotations
from mer_ros.data.annotations.labels import three
from mer_ros.data.datasets.frame_clips import dataset_of
from mer_ros.data.datasets.frame_set import FrameSet
from mer_ros.data.datasets.mmew import LABELS, NEGATIVE
from mer_ros.data.faults import Faults
from mer_ros.data.frames.layout_file import FrameLayout
from mer_ros.data.notes import Notes

_SHAPES = (
    "macro_expression/{subject}/{label}/{clip}",
    "macro_expression/{subject}/{label}",
    "macro_expression/{label}/{clip}",
)


def _read(
    frame_set: FrameSet, root: Path, layout: FrameLayout, faults: Faults, notes: Notes
) -> list[Annotation]:
    return tree_annotations(root, _SHAPES, faults, notes)


FRAME_SET = FrameSet(
    name="mmew-macro",
    title="MMEW, macro-expressions",
    read=_read,
    patterns=(
        "Macro_Expression/{subject}/{label}/{clip}/{frame}.jpg",
        "Macro_Expression/{subject}/{label}/{frame}.jpg",
        "Macro_Expression/{label}/{clip}/{frame}.jpg",
    ),
    fps=90.0,
    native=LABELS,
    schemes={"three": three(NEGATIVE)},
    open_ended=True,
    people="mmew",
)
MMEW_MACRO = dataset_of(FRAME_SET)
