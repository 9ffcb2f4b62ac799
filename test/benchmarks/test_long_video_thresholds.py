"""The count by which thresholds of the published spotters are chosen."""

import pytest

from benchmarks.long_video_thresholds import GRID, SEED, VIDEOS, f1
from mer_ros.data.long_videos import TrueExpression
from mer_ros.data.synthetic import EVALUATION_SUBJECTS, VALIDATION_SUBJECTS
from mer_ros.evaluation.spotters import SpottedExpression
from mer_ros.evaluation.spotting_scores import ScoredExpression
from mer_ros.spotting.baselines.both_kinds import LONG_VIDEO_P
from mer_ros.types import Kind

TRUE, SPOTTED = TrueExpression(1, 1.1, 1.3, Kind.MICRO), SpottedExpression(1, 1.1, 1.3)
HIT, MISSED, FALSE = (
    ScoredExpression(Kind.MICRO, spotted, true)
    for spotted, true in ((SPOTTED, TRUE), (None, TRUE), (SPOTTED, None))
)


def test_f1_counts_all_videos_together():
    assert f1([[HIT, MISSED], [FALSE, HIT]]) == pytest.approx(4 / 6)
    assert f1([[MISSED], [FALSE]]) == f1([[], []]) == 0


def test_the_videos_are_those_of_no_evaluation():
    assert not set(VALIDATION_SUBJECTS[:VIDEOS]) & set(EVALUATION_SUBJECTS) and SEED != 0


def test_no_chosen_threshold_is_the_edge_of_the_grid():
    assert GRID[0] == 0 and GRID[-1] < 1 and list(GRID) == sorted(set(GRID))
    assert all(GRID[0] < p < GRID[-1] and p in GRID for p in LONG_VIDEO_P.values())
