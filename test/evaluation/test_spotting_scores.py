"""Outcomes and scores of spotted intervals that are set by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mer_ros.data.label_mapping import MEGC_LABELS, mapping_matrix
from mer_ros.data.long_videos import LongVideo, TrueExpression
from mer_ros.evaluation.spotters import SpottedExpression
from mer_ros.evaluation.spotting_scores import LabelReading, outcomes, scores
from mer_ros.types import EMOTIONS, Kind

NAN = math.nan


class Frames:
    """60 s at 10 fps, never read."""

    fps, n_frames = 10.0, 600


def true(onset, offset, apex=NAN, label="happiness", three="positive"):
    kind = Kind.MICRO if offset - onset <= 0.5 else Kind.MACRO
    return TrueExpression(onset, apex, offset, kind, label, three)


def video(subject, *truth):
    return LongVideo("set", f"v{subject}", subject, Frames(), tuple(truth))


def words(one, *spotted):
    return [(found.word, found.kind) for found in outcomes(one, spotted)]


def test_each_expression_is_a_hit_missed_or_false():
    one = video("1", true(1, 1.4), true(5, 5.3), true(10, 12))
    spotted = (
        SpottedExpression(1.1, 1.2, 1.4),
        SpottedExpression(7, 7.1, 7.2),
        SpottedExpression(10.1, 11, 12.1),
    )
    assert words(one, *spotted) == [
        ("hit", Kind.MICRO),
        ("missed", Kind.MICRO),
        ("false", Kind.MICRO),
        ("hit", Kind.MACRO),
    ]


def test_kinds_are_matched_apart():
    """A spotted micro-expression within a true macro-expression is false, and the true one missed."""
    assert words(video("1", true(1, 1.6)), SpottedExpression(1.1, 1.2, 1.6)) == [
        ("missed", Kind.MACRO),
        ("false", Kind.MICRO),
    ]


def test_the_frame_of_the_offset_belongs_to_the_interval():
    """Frames 10 to 13 and 12 to 15 share 2 of 6 frames; 10 to 13 and 11 to 14 share 3 of 5."""
    near, far = (outcomes(video("1", true(1.0, 1.3)), [SpottedExpression(t, t, t + 0.3)]) for t in (1.1, 1.2))
    assert near[0].is_hit and near[0].iou == pytest.approx(3 / 5)
    assert [one.word for one in far] == ["missed", "false"]


def test_counts_of_all_videos_are_added_before_f1():
    videos = [video("1", true(1, 1.4, 1.2), true(5, 5.4)), video("2", true(1, 1.4)), video("3")]
    found = [
        outcomes(videos[0], [SpottedExpression(1, 1.25, 1.4), SpottedExpression(5, 5.6, 5.4)]),
        outcomes(videos[1], []),
        outcomes(videos[2], [SpottedExpression(9, 9.1, 9.2)]),
    ]
    got = scores(videos, found, seed=0)
    micro = got["micro"]
    assert (micro["hits"], micro["false"], micro["missed"]) == (2, 1, 1)
    assert micro["precision"] == micro["recall"] == micro["f1"]["value"] == pytest.approx(2 / 3)
    assert micro["f1"]["low"] < 2 / 3 < micro["f1"]["high"]
    assert micro["asr"] == pytest.approx(1 / 3), "one apex is inside, one outside, one expression is missed"
    assert micro["apex_error_ms"] == pytest.approx(50)
    assert micro["false_per_minute"] == pytest.approx(1 / 3)
    assert got["overall"]["f1"]["value"] == micro["f1"]["value"]
    assert got["macro"]["hits"] == 0 and math.isnan(got["macro"]["f1"]["value"])
    assert (got["videos"], got["subjects"], got["minutes"]) == (3, 3, 3)


def test_the_overall_score_adds_the_counts_of_both_kinds():
    one = video("1", true(1, 1.4), true(10, 12), true(20, 22))
    other = video("2", true(1, 1.4))
    spots = [SpottedExpression(1, 1.1, 1.4), SpottedExpression(10, 11, 12)]
    got = scores([one, other], [outcomes(one, spots), outcomes(other, [])], seed=0)
    assert [got[kind]["hits"] for kind in ("micro", "macro", "overall")] == [1, 1, 2]
    assert [got[kind]["missed"] for kind in ("micro", "macro", "overall")] == [1, 1, 2]
    assert got["overall"]["f1"]["value"] == pytest.approx(2 * 2 / (2 * 2 + 2))


def sure(emotion):
    return tuple(float(emotion == name) for name in EMOTIONS)


@pytest.fixture
def labelled():
    """Two subjects with one labelled hit each, a hit without class, and a missed expression."""
    truth = (true(1, 1.4), true(5, 5.4, label="anger", three="negative"), true(9, 9.4, label="", three=""))
    first, second = video("1", *truth), video("2", true(1, 1.4))
    spots = [
        SpottedExpression(1, 1.1, 1.4, sure("happiness")),
        SpottedExpression(5, 5.1, 5.4, sure("surprise")),
        SpottedExpression(9, 9.1, 9.4, sure("fear")),
    ]
    return [first, second], [outcomes(first, spots), outcomes(second, [])]


def test_strs_is_f1_of_spotting_times_f1_of_the_labelled_hits(labelled):
    reading = LabelReading(MEGC_LABELS, mapping_matrix(EMOTIONS, MEGC_LABELS), three=True)
    got = scores(*labelled, 0, reading)["micro"]
    assert got["f1"]["value"] == pytest.approx(6 / 7) and got["labelled_hits"] == 2
    assert got["confusion"] == [[0, 0, 1], [0, 1, 0], [0, 0, 0]]
    assert got["recognition_f1"] == pytest.approx(1 / 3)  # F1 0, 1, 0
    assert got["strs"]["value"] == pytest.approx(6 / 7 / 3)


def strs_of(videos, found):
    reading = LabelReading(MEGC_LABELS, mapping_matrix(EMOTIONS, MEGC_LABELS), three=True)
    return scores(videos, found, 0, reading)["micro"]["strs"]


def test_strs_without_a_hit_is_zero_and_so_are_the_draws_without_a_hit():
    """Of two subjects one has no hit; a quarter of the draws are of that one alone."""
    videos = [video("1", true(1, 1.4)), video("2", true(1, 1.4))]
    hit, none = (
        outcomes(videos[0], [SpottedExpression(1, 1.1, 1.4, sure("happiness"))]),
        outcomes(videos[1], []),
    )
    nothing = strs_of(videos, [outcomes(videos[0], []), none])
    assert nothing == {"value": 0, "low": 0, "high": 0}
    assert strs_of(videos, [hit, none]) == {"value": pytest.approx(2 / 3), "low": 0, "high": 1}


def test_strs_is_undefined_only_where_no_true_expression_has_a_class():
    unlabelled = video("1", true(1, 1.4, label="", three=""))
    hit = outcomes(unlabelled, [SpottedExpression(1, 1.1, 1.4, sure("happiness"))])
    for found in (hit, outcomes(unlabelled, [])):
        assert all(math.isnan(value) for value in strs_of([unlabelled], [found]).values())
    missed = video("2", true(1, 1.4))
    assert strs_of([unlabelled, missed], [hit, outcomes(missed, [])])["value"] == 0


def test_labels_of_seven_emotions_are_read_without_a_mapping(labelled):
    reading = LabelReading(EMOTIONS, mapping_matrix(EMOTIONS, EMOTIONS), three=False)
    got = scores(*labelled, 0, reading)["micro"]
    confusion = np.array(got["confusion"])
    assert confusion[EMOTIONS.index("anger"), EMOTIONS.index("surprise")] == 1 and confusion.sum() == 2
    assert scores(*labelled, 0)["micro"].keys() < got.keys()
