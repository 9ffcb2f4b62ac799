from __future__ import annotations

import math

import numpy as np
import pytest

from mer_ros.errors import DataError
from mer_ros.evaluation.bootstrap import (
    compare,
    confidence_interval,
    confusions_by_subject,
    joint_interval,
    mean_interval,
)
from mer_ros.metrics import accuracy, confusion_of, uf1


def subject_ids(shares, each=20):
    """Confusions of two classes: this share of each subject's clips is labelled correctly."""
    right = np.round(np.asarray(shares) * each).astype(int)
    return np.stack([np.array([[r, each - r], [each - r, r]]) for r in right])


def test_confusions_by_subject_add_up_to_the_whole():
    rng = np.random.default_rng(0)
    truth, answers = rng.integers(3, size=(2, 50))
    subjects = rng.choice(["a/2", "b/1", "a/1"], 50)
    parts = confusions_by_subject(truth, answers, subjects, 3)
    assert parts.shape == (3, 3, 3)
    np.testing.assert_array_equal(parts.sum(0), confusion_of(truth, answers, 3))
    mine = subjects == "a/1"
    np.testing.assert_array_equal(parts[0], confusion_of(truth[mine], answers[mine], 3))


def test_equal_subjects_give_an_interval_of_width_0():
    found = confidence_interval(subject_ids([0.8] * 10), accuracy, seed=0)
    assert (found.low, found.high) == (pytest.approx(0.8), pytest.approx(0.8))


def test_the_interval_has_the_theoretical_width():
    """With equal numbers of clips, accuracy is a mean over subjects with standard error sigma / sqrt(n)."""
    shares = np.random.default_rng(1).uniform(0.4, 1.0, 100)
    found = confidence_interval(subject_ids(shares, 200), accuracy, seed=0, draws=4000)
    error = shares.std() / np.sqrt(len(shares))
    assert found.low == pytest.approx(shares.mean() - 1.96 * error, abs=0.15 * error)
    assert found.high == pytest.approx(shares.mean() + 1.96 * error, abs=0.15 * error)


def test_the_same_seed_gives_the_same_interval_and_another_does_not():
    confusions = subject_ids(np.linspace(0.5, 0.9, 9))
    assert (
        confidence_interval(confusions, uf1, 3)
        == confidence_interval(confusions, uf1, 3)
        != confidence_interval(confusions, uf1, 4)
    )


def test_pairing_finds_a_small_difference_that_the_intervals_hide():
    shares = np.linspace(0.3, 0.95, 30)
    better, worse = subject_ids(shares + 0.05), subject_ids(shares)
    apart = confidence_interval(better, accuracy, 0).low < confidence_interval(worse, accuracy, 0).high
    found = compare(better, worse, accuracy, 0)
    assert apart and found.interval.low > 0 and found.p == 0
    assert found.difference == pytest.approx(0.05)


def test_two_equal_systems_do_not_differ():
    found = compare(subject_ids([0.5, 0.9, 0.7]), subject_ids([0.5, 0.9, 0.7]), accuracy, 0)
    assert (found.difference, found.interval.low, found.interval.high, found.p) == (0, 0, 0, 1)


def test_systems_scored_on_different_samples_are_refused():
    with pytest.raises(DataError, match="same samples"):
        compare(subject_ids([0.5, 0.9]), subject_ids([0.5]), accuracy, 0)
    with pytest.raises(DataError, match="same samples"):
        compare(subject_ids([0.5], 10), subject_ids([0.5], 20), accuracy, 0)


def test_no_subject_to_draw_is_refused():
    with pytest.raises(DataError, match="no subject"):
        confidence_interval(np.zeros((0, 2, 2), int), accuracy, 0)


def test_a_score_that_no_draw_has_is_not_a_number():
    nothing = confidence_interval(np.zeros((2, 3, 3), int), accuracy, 0)
    assert math.isnan(nothing.low) and math.isnan(nothing.high)


def test_the_mean_of_parts_counts_each_part_the_same_and_draws_subjects_within_it():
    parts = [subject_ids([0.9, 0.9], 10), subject_ids([0.5] * 8, 100)]
    found = mean_interval(parts, accuracy, seed=0)
    assert (found.low, found.high) == (pytest.approx(0.7), pytest.approx(0.7))
    spread = [subject_ids([0.6, 1.0], 10), subject_ids([0.5] * 8, 100)]
    found = mean_interval(spread, accuracy, seed=0)
    assert (found.low, found.high) == (pytest.approx(0.55), pytest.approx(0.75))


def test_a_joint_score_draws_the_same_subjects_for_all_counts():
    one = np.arange(1, 9).reshape(8, 1)
    found = joint_interval([one, 3 * one], lambda drawn: (drawn[1] / drawn[0])[:, 0], seed=0)
    assert found.low == found.high == pytest.approx(3)
