"""CAS(ME)^3, part A: micro-expressions in long videos, 30 frames per second.

Li et al., "CAS(ME)^3: A Third Generation Facial Spontaneous Micro-Expression Database with Depth Information
and High Ecological Validity", IEEE TPAMI 45(3), 2023. The list of micro-expressions carries the emotion
(``cas(me)3_part_A_ME_label*.xlsx``) and is preferred; the sheet of all expressions (``CAS(ME)3_part_A*.xls``)
has objective classes only, so it needs ``--labels objective``. Clips are parts of long videos.
"""

from __future__ import annotations

from mer_ros.data.annotations.annotation import Correction
from mer_ros.data.annotations.labels import same, three
from mer_ros.data.annotations.sheet_layout import SheetLayout
from mer_ros.data.datasets.frame_clips import dataset_of
from mer_ros.data.datasets.frame_set import FrameSet

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

FRAME_SET = FrameSet(
    name="casme3-a",
    title="CAS(ME)^3 part A, micro-expressions",
    sheet=SheetLayout(
        files=(r"cas\(?me\)?\^?_?3.*part_?a.*me_?label.*", r"cas\(?me\)?\^?_?3.*part_?a.*", r".*part_?a.*"),
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
    ),
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
)
CASME3_A = dataset_of(FRAME_SET)
