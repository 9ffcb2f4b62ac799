"""SMIC, high-speed camera: 164 micro-expressions of 16 subjects, 100 frames per second.

Li et al., "A Spontaneous Micro-expression Database: Inducement, Collection and Baseline", FG 2013. The clips
are folders below ``SUBJECT/micro/LABEL``; they have no apex, and units are not coded.
"""

from __future__ import annotations

from pathlib import Path

from mer_ros.data.annotations.annotation import Annotation
from mer_ros.data.annotations.folder_tree import tree_annotations
from mer_ros.data.annotations.labels import same
from mer_ros.data.datasets.frame_clips import dataset_of
from mer_ros.data.datasets.frame_set import FrameSet
from mer_ros.data.faults import Faults
from mer_ros.data.frames.layout_file import FrameLayout
from mer_ros.data.label_mapping import MEGC_LABELS
from mer_ros.data.notes import Notes


def _read(
    frame_set: FrameSet, root: Path, layout: FrameLayout, faults: Faults, notes: Notes
) -> list[Annotation]:
    return tree_annotations(root, ["{subject}/micro/{label}/{clip}"], faults, notes)


FRAME_SET = FrameSet(
    name="smic",
    title="SMIC-HS",
    read=_read,
    patterns=(
        "{subject}/micro/{label}/{clip}/reg_image{frame}.bmp",
        "{subject}/micro/{label}/{clip}/image{frame}.bmp",
        "{subject}/micro/{label}/{clip}/{frame}.jpg",
    ),
    fps=100.0,
    native=MEGC_LABELS,
    schemes={"three": same(*MEGC_LABELS)},
    open_ended=True,
)
SMIC = dataset_of(FRAME_SET)
