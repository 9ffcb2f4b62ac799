"""MMEW: 300 micro-expressions, 90 frames per second.

Ben et al., "Video-Based Facial Micro-Expression Analysis: A Survey of Datasets, Features and Algorithms",
IEEE TPAMI 44(9), 2022. The sheet is ``MMEW_Micro_Exp*.xlsx``. Some rows have neither apex nor offset: the
clip then ends with the last frame of its folder, and the apex is estimated.
"""

from __future__ import annotations

from mer_ros.data.annotations.labels import same, three
from mer_ros.data.annotations.sheet_layout import USUAL_COLUMNS, SheetLayout
from mer_ros.data.datasets.frame_clips import dataset_of
from mer_ros.data.datasets.frame_set import FrameSet

LABELS = ("happiness", "anger", "surprise", "disgust", "fear", "sadness", "others")
NEGATIVE = ("anger", "disgust", "fear", "sadness")

FRAME_SET = FrameSet(
    name="mmew",
    title="MMEW, micro-expressions",
    sheet=SheetLayout(
        files=(r"mmew_?micro.*", r"mmew(?!.*macro).*"),
        columns=USUAL_COLUMNS,
    ),
    patterns=("Micro_Expression/{label}/{clip}/{frame}.jpg", "{label}/{clip}/{frame}.jpg"),
    fps=90.0,
    native=LABELS,
    schemes={"seven": same(*LABELS), "three": three(NEGATIVE)},
    open_ended=True,
    objective=True,
    subject="S{subject:02}",
)
MMEW = dataset_of(FRAME_SET)
