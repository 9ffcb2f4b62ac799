"""CAS(ME)^3, part C: micro-expressions in a mock crime, 30 frames per second.

See ``casme3_a``. The sheet is ``CAS(ME)3_part_C_ME*.xlsx``; it has no apex, and units are separated by
commas.
"""

from __future__ import annotations

from mer_ros.data.annotations.labels import same, three
from mer_ros.data.annotations.sheet_layout import SheetLayout
from mer_ros.data.datasets.casme3_a import LABELS, NEGATIVE
from mer_ros.data.datasets.frame_clips import dataset_of
from mer_ros.data.datasets.frame_set import FrameSet

FRAME_SET = FrameSet(
    name="casme3-c",
    title="CAS(ME)^3 part C",
    sheet=SheetLayout(
        files=(r"cas\(?me\)?\^?_?3.*part_?c.*", r".*part_?c.*"),
        columns={
            "subject": ("sub", "Subject"),
            "clip": ("count", "Filename"),
            "onset": ("onset", "OnsetFrame"),
            "apex": ("apex", "ApexFrame"),
            "offset": ("offset", "OffsetFrame"),
            "units": ("au", "AUs", "Action Units"),
            "label": ("emotion", "Estimated Emotion"),
        },
        optional=frozenset({"apex"}),
    ),
    patterns=(
        "{subject:02}/{clip}/color/{frame}.jpg",
        "{subject:02}/color/{subject:02}_{clip}/{frame}.jpg",
        "{subject:02}/a/color/{frame}.jpg",
        "{subject}/{clip}/{frame}.jpg",
    ),
    fps=30.0,
    native=(*LABELS, "negative", "positive"),
    schemes={
        "seven": same(*LABELS),
        "three": three((*NEGATIVE, "negative"), ("happiness", "positive")),
    },
    subject="{subject:02}",
    several=True,
    objective=True,
)
CASME3_C = dataset_of(FRAME_SET)
