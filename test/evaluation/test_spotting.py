import math

import pytest

from mer_ros.evaluation.spotting import iou, match


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((0, 1), (2, 3), 0.0),
        ((0, 1), (1, 2), 0.0),
        ((0, 2), (1, 3), 1 / 3),
        ((0, 4), (1, 2), 0.25),
        ((1, 1), (1, 1), 0.0),
        ((0, 1), (0, 1), 1.0),
    ],
)
def test_iou(a, b, expected):
    assert iou(a, b) == pytest.approx(expected)
    assert iou(b, a) == pytest.approx(expected)


def test_nothing_to_spot_and_nothing_spotted_has_no_f1():
    assert math.isnan(match([], []).f1)


@pytest.mark.parametrize(("spotted", "true"), [([(0, 1)], []), ([], [(0, 1)])])
def test_only_misses_or_only_false_ones_score_zero(spotted, true):
    assert match(spotted, true).f1 == 0.0


def test_two_spotted_on_one_true_count_once():
    result = match([(0, 1), (0.1, 1)], [(0, 1), (5, 6)])
    assert result.pairs == ((0, 0),)
    assert result.false == (1,)
    assert result.missed == (1,)
    assert result.f1 == pytest.approx(0.5)


def test_an_overlap_below_the_limit_is_no_pair():
    result = match([(0, 1)], [(0.6, 2)])
    assert result.pairs == () and result.false == (0,) and result.missed == (0,)
