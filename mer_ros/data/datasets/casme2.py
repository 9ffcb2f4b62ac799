"""CASME II: 255 micro-expressions of 26 subjects, 200 frames per second.

Yan et al., "CASME II: An Improved Spontaneous Micro-Expression Database and the Baseline Evaluation", PLoS
ONE 9(1), 2014. The sheet is ``CASME2-coding-*.xlsx``; two of its columns have no name. Three rows that are
sadness in the sheet of 2014 are surprise in that of 2019, so the file that was read is noted.
"""

from __future__ import annotations

from mer_ros.data.annotations.labels import same, three
from mer_ros.data.annotations.sheet_layout import USUAL_COLUMNS, SheetLayout
from mer_ros.data.datasets.frame_clips import dataset_of
from mer_ros.data.datasets.frame_set import FrameSet

OMITTED = {
    "sub04/EP12_01f": "it has no apex",
    "sub24/EP02_07": "it is not in the sheet of MEGC 2019",
}
"""Clips that are not in the sheet of MEGC 2019, which has 145 of the 147 with one of its classes."""

FRAME_SET = FrameSet(
    name="casme2",
    title="CASME II",
    sheet=SheetLayout(
        files=(r"casme ?(2|ii)[-_ ]?coding.*", r"casme ?(2|ii).*label.*", r".*casme ?(2|ii)\b.*"),
        columns=USUAL_COLUMNS,
    ),
    patterns=("sub{subject:02}/{clip}/img{frame}.jpg", "sub{subject:02}/{clip}/reg_img{frame}.jpg",
              "sub{subject:02}/{clip}.avi"),
    fps=200.0,
    native=("happiness", "disgust", "repression", "surprise", "sadness", "fear", "others"),
    schemes={
        "five": same("happiness", "disgust", "repression", "surprise", "others"),
        "three": three(("disgust", "repression"), omitted=OMITTED),
    },
    subject="sub{subject:02}",
    objective=True,
)  # fmt: skip
CASME2 = dataset_of(FRAME_SET)
