"""SAMM: 159 micro-expressions, grey, 200 frames per second.

Davison et al., "SAMM: A Spontaneous Micro-Facial Movement Dataset", IEEE Transactions on Affective Computing
9(1), 2018. The sheet is ``SAMM_Micro_FACS_Codes*.xlsx``: in one release notes stand above the header, which
is row 14; in another the header is the first row.
"""

from __future__ import annotations

from mer_ros.data.annotations.annotation import Correction
from mer_ros.data.annotations.labels import same, three
from mer_ros.data.annotations.sheet_layout import SheetLayout
from mer_ros.data.datasets.frame_clips import dataset_of
from mer_ros.data.datasets.frame_set import FrameSet
from mer_ros.types import EMOTIONS

_OUTSIDE = "its apex is outside onset and offset"

FRAME_SET = FrameSet(
    name="samm",
    title="SAMM",
    sheet=SheetLayout(
        files=(r"samm_?micro.*", r"samm(?!.*long).*facs.*", r"samm(?!.*long).*"),
        columns={
            "subject": ("Subject",),
            "clip": ("Filename",),
            "onset": ("Onset Frame", "Onset"),
            "apex": ("Apex Frame", "Apex"),
            "offset": ("Offset Frame", "Offset"),
            "units": ("Action Units", "AU", "AUs"),
            "label": ("Estimated Emotion", "Emotion"),
            "objective": ("Objective Classes", "Objective Class", "Classes"),
        },
        optional=frozenset({"objective"}),
    ),
    patterns=("{subject:03}/{clip}/{subject:03}_{frame}.jpg",),
    fps=200.0,
    native=(*EMOTIONS, "others"),
    schemes={
        "five": same("anger", "contempt", "happiness", "surprise", "others"),
        "seven": same(*EMOTIONS),
        "three": three(("anger", "contempt", "disgust", "fear", "sadness")),
    },
    subject="{subject:03}",
    corrections=tuple(
        Correction(f"{clip[:3]}/{clip}", {}, {"apex": None}, _OUTSIDE, apex_outside=True)
        for clip in ("028_4_1", "032_3_1")
    ),
    objective=True,
)
SAMM = dataset_of(FRAME_SET)
