"""SAMM Long Videos: micro- and macro-expressions in long videos, 200 frames per second.

Yap, Kendrick and Yap, "SAMM Long Videos: A Spontaneous Facial Micro- and Macro-Expressions Dataset", FG 2020.
The sheet ``SAMM_LongVideos*.xlsx`` has notes and a key of symbols above its header, and no emotion: the
classes are micro and macro. Each expression is a clip; for spotting, complete videos are read.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mer_ros.data.annotations.annotation import Annotation
from mer_ros.data.annotations.sheet_layout import SheetLayout
from mer_ros.data.datasets.frame_clips import dataset_of
from mer_ros.data.datasets.frame_set import FrameSet, sheet_annotations
from mer_ros.data.faults import Faults
from mer_ros.data.frames.layout_file import FrameLayout
from mer_ros.data.notes import Notes


def _read(
    frame_set: FrameSet, root: Path, layout: FrameLayout, faults: Faults, notes: Notes
) -> list[Annotation]:
    found = sheet_annotations(frame_set, root, layout, faults, notes)
    return [replace(one, label=one.kind, extra={"video": _video(one.clip)}) for one in found]


def _video(clip: str) -> str:
    """The video of a clip.

    >>> _video("006_1_2")
    '006_1'
    """
    return "_".join(clip.split("_")[:2])


FRAME_SET = FrameSet(
    name="samm-lv",
    title="SAMM Long Videos",
    sheet=SheetLayout(
        files=(r"samm_?long.*",),
        columns={
            "subject": ("Subject",),
            "clip": ("Filename",),
            "onset": ("Onset", "Onset Frame"),
            "apex": ("Apex", "Apex Frame"),
            "offset": ("Offset", "Offset Frame"),
            "units": ("Action Units", "AU"),
            "kind": ("Type", "Micro"),
        },
        optional=frozenset({"units"}),
    ),
    read=_read,
    patterns=("{video}/{video}_{frame}.jpg", "{video}/{frame}.jpg"),
    fps=200.0,
    native=("micro", "macro"),
    subject="{subject:03}",
    several=True,
    offset_is_apex=True,
    objective=True,
    label_optional=True,
    people="samm",
    long_videos=True,
)
SAMM_LV = dataset_of(FRAME_SET)
