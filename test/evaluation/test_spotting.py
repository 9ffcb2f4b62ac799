import math

import pytest

from mer_ros.errors import DataError
from mer_ros.evaluation.spotting import (
    apex_error_s,
    apex_spotting_rate,
    iou,
    is_hit,
    match,
    pooled_f1,
    strs,
)


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


@pytest.mark.parametrize("fps", [24, 25, 30, 59.94, 60, 100, 120, 200, 240])
def test_an_overlap_of_exactly_the_limit_is_a_pair_at_every_onset_and_rate(fps):
    """Stamps in whole ns against frames in seconds; one frame less is no pair."""

    def spotted(first, n):
        return round(first / fps * 1e9) * 1e-9, round((first + n) / fps * 1e9) * 1e-9

    for onset in range(0, 40_000, 211):
        for half in (2, 3, 5, 9, 30):
            true = [(onset / fps, (onset + 2 * half - 1) / fps + 1 / fps)]
            assert match([spotted(onset, half)], true).pairs == ((0, 0),), (onset, half)
            assert match([spotted(onset, half - 1)], true).pairs == (), (onset, half)
            assert match([spotted(onset, 4 * half)], true).pairs == ((0, 0),), (onset, half)
            assert match([spotted(onset, 4 * half + 1)], true).pairs == (), (onset, half)


@pytest.mark.parametrize("fps", [30, 59.94, 60, 120, 200])
def test_an_apex_on_the_first_or_last_frame_is_inside_at_every_onset_and_rate(fps):
    frames = range(0, 40_000, 211)
    apexes = [round(frame / fps * 1e9) * 1e-9 for frame in frames]
    starts = [(frame / fps, (frame + 9) / fps) for frame in frames]
    ends = [((frame - 9) / fps, frame / fps) for frame in frames]
    later = [((frame + 1) / fps, (frame + 9) / fps) for frame in frames]
    assert apex_spotting_rate(apexes, starts) == apex_spotting_rate(apexes, ends) == 1
    assert apex_spotting_rate(apexes, later) == 0


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


@pytest.mark.parametrize(
    ("spotting", "recognition", "n_true", "expected"),
    [
        (0.5, 0.7, 4, 0.35),
        (0.0, math.nan, 4, 0.0),  # no hit
        (0.5, math.nan, 4, 0.0),  # no hit with a class
        (0.5, 0.0, 4, 0.0),
        (0.5, math.nan, 0, math.nan),
        (math.nan, math.nan, 0, math.nan),
    ],
)
def test_strs_is_zero_without_a_right_label_and_undefined_only_without_a_class(
    spotting, recognition, n_true, expected
):
    assert strs(spotting, recognition, n_true) == pytest.approx(expected, nan_ok=True)


def test_half_an_overlap_is_a_hit_at_every_onset():
    for onset in range(200):
        true = (onset / 60, (onset + 20) / 60)
        assert is_hit((onset / 60, (onset + 10) / 60), true)
        assert not is_hit((onset / 60, (onset + 9) / 60), true)
