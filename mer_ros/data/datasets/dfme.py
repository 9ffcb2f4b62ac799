"""DFME: micro-expressions at 200, 300 or 500 frames per second.

Zhao et al., "DFME: A New Benchmark for Dynamic Facial Micro-Expression Recognition", IEEE Transactions on
Affective Computing 15(3), 2024. The sheet of the training part names the clip, the frames, which are numbered
from 0, the rate of each clip and its units.
"""

from __future__ import annotations

from mer_ros.data.annotations.labels import same, three
from mer_ros.data.annotations.sheet_layout import USUAL_COLUMNS, SheetLayout
from mer_ros.data.datasets.frame_clips import dataset_of
from mer_ros.data.datasets.frame_set import FrameSet
from mer_ros.types import EMOTIONS

FRAME_SET = FrameSet(
    name="dfme",
    title="DFME",
    sheet=SheetLayout(
        files=(r".*dfme.*", r"train.*with_?au.*", r"train.*"),
        columns={**USUAL_COLUMNS, "fps": ("Fps",)},
        optional=frozenset({"fps", "units"}),
    ),
    patterns=("{clip}/{frame}.png", "{subject}/{clip}/{frame}.png"),
    fps=200.0,
    native=(*EMOTIONS, "others"),
    schemes={
        "seven": same(*EMOTIONS),
        "three": three(("anger", "contempt", "disgust", "fear", "sadness")),
    },
    objective=True,
)
DFME = dataset_of(FRAME_SET)
