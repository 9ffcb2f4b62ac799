from __future__ import annotations

import numpy as np
import pytest

from mer_ros.errors import ConfigError
from mer_ros.evaluation.spotting import Matching
from mer_ros.evaluation.spotting_robustness import (
    Spotted,
    SpottingCurve,
    _curve,
    spotting_robustness,
)


@pytest.fixture(scope="module")
def curves():
    return spotting_robustness([540], n_events=1, corruptions=("frame_rate", "mask"), cores=1)


def test_the_clean_clip_is_spotted_and_each_corruption_has_five_severities(curves):
    assert [curve.corruption for curve in curves] == ["frame_rate", "mask"]
    assert curves[0].clean == curves[1].clean == 1.0
    assert all(len(values) == 5 for curve in curves for values in (curve.f1, curve.false, curve.judged))


def test_eight_frames_for_one_are_too_few_for_any_expression_of_a_face_that_is_judged(curves):
    slow = curves[0]
    assert np.nan_to_num(slow.f1[4]) < slow.clean and slow.judged[4] > 0.9
    assert slow.kept < 1


def test_a_mask_hides_the_face_and_the_frames_are_not_judged(curves):
    assert curves[1].judged[4] < curves[0].judged[0]


def test_the_same_clip_gives_the_same_scores_in_any_number_of_processes(curves):
    assert spotting_robustness([540], n_events=1, corruptions=("mask",), cores=2) == [curves[1]]


def test_scores_are_pooled_over_videos():
    hit, false = Matching(((0, 0),), (), ()), Matching((), (0,), (0, 1))
    one = _curve("blur", 0.8, [[Spotted(hit, 0.5, 1.0), Spotted(false, 1.5, 0.5)]] * 5)
    assert one.f1 == (0.4,) * 5 and one.false == (1.0,) * 5 and one.judged == (0.75,) * 5
    assert one.kept == pytest.approx(0.5)
    assert np.isnan(SpottingCurve("blur", 0.0, (0.0,) * 5, (0.0,) * 5, (1.0,) * 5).kept)


def test_an_unknown_corruption_is_refused_before_anything_is_rendered():
    with pytest.raises(ConfigError, match="fog"):
        spotting_robustness([540], corruptions=("fog",))
