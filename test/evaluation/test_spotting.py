import math

import pytest

from mer_ros.errors import DataError
from mer_ros.evaluation.spotting import apex_error_s, apex_spotting_rate, iou, match, pooled_f1, strs


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


def test_videos_are_pooled_before_f1_is_taken():
    """1 hit of 1, then no hit, 2 missed and 1 false: 2 / (2 + 2 + 1), not the mean of 1 and 0."""
    first, second = match([(0, 1)], [(0, 1)]), match([(9, 10)], [(0, 1), (2, 3)])
    assert pooled_f1([first, second]) == pytest.approx(2 / 5)
    assert math.isnan(pooled_f1([]))


def test_apex_spotting_rate_counts_what_was_not_spotted_as_outside():
    true = [(0, 1), (2, 3), (4, 5), (6, 7)]
    assert apex_spotting_rate([0.0, 3.0, 5.1, math.nan], true) == 0.5
    assert math.isnan(apex_spotting_rate([], []))


def test_apex_error_is_over_those_that_were_spotted():
    assert apex_error_s([1.0, 2.0, math.nan], [1.1, 1.7, 9.0]) == pytest.approx(0.2)
    assert math.isnan(apex_error_s([math.nan], [1.0])) and math.isnan(apex_error_s([], []))


def test_an_apex_without_a_partner_is_refused():
    with pytest.raises(DataError, match="spotted apexes, 1, differs from that of true ones, 2"):
        apex_error_s([1.0], [1.0, 2.0])
    with pytest.raises(DataError, match="matched pairs"):
        apex_spotting_rate([1.0], [])


def test_strs():
    assert strs(0.5, 0.7) == pytest.approx(0.35)
