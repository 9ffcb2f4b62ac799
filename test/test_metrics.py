"""Equal to scikit-learn where it has the score, equal to a hand computation everywhere."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn import metrics as sk

from mer_ros.metrics import (
    METRICS,
    accuracy,
    calibration_error,
    confusion_of,
    f1,
    macro_f1,
    precision,
    recall,
    uar,
    uf1,
)

BY_HAND = np.array([[3, 1, 0], [1, 2, 1], [0, 0, 2]])  # TP 3, 2, 2; FP 1, 1, 1; FN 1, 2, 0


def test_hand_computed():
    np.testing.assert_allclose(f1(BY_HAND), [6 / 8, 4 / 7, 4 / 5])
    np.testing.assert_allclose(recall(BY_HAND), [3 / 4, 2 / 4, 1])
    np.testing.assert_allclose(precision(BY_HAND), [3 / 4, 2 / 3, 2 / 3])
    assert accuracy(BY_HAND) == pytest.approx(7 / 10)
    assert uf1(BY_HAND) == pytest.approx((0.75 + 4 / 7 + 0.8) / 3)
    assert uar(BY_HAND) == pytest.approx(0.75)


def test_folds_are_pooled_before_they_are_scored():
    """One right answer of class 0, and one wrong one: by fold the F1 would be 1 and 0, pooled it is 2/3."""
    folds = np.array([[[1, 0], [0, 1]], [[0, 1], [0, 0]]])
    assert uf1(folds.sum(0)) == pytest.approx((2 / 3 + 2 / 3) / 2)
    assert uf1(folds).mean() != pytest.approx(uf1(folds.sum(0)))


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("n_labels", [2, 3, 7])
def test_equal_to_scikit_learn(seed, n_labels):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 60))  # few samples: some classes are not there
    truth, answers = rng.integers(n_labels, size=(2, n))
    confusion = confusion_of(truth, answers, n_labels)
    labels = range(n_labels)
    np.testing.assert_array_equal(confusion, sk.confusion_matrix(truth, answers, labels=labels))
    assert accuracy(confusion) == pytest.approx(sk.accuracy_score(truth, answers))
    assert macro_f1(confusion) == pytest.approx(sk.f1_score(truth, answers, average="macro"))
    all_f1 = sk.f1_score(truth, answers, labels=labels, average=None, zero_division=0)
    np.testing.assert_allclose(np.nan_to_num(f1(confusion)), all_f1)
    assert uf1(confusion) == pytest.approx(all_f1.mean())
    true = sorted(set(truth.tolist()))
    known = sk.recall_score(truth, answers, labels=true, average="macro", zero_division=0)
    assert uar(confusion) == pytest.approx(known)
    parts = sk.precision_score(truth, answers, labels=labels, average=None, zero_division=0)
    np.testing.assert_allclose(np.nan_to_num(precision(confusion)), parts)


def test_a_class_that_does_not_occur_counts_zero_in_uf1_only():
    confusion = np.array([[2, 0, 0], [0, 2, 0], [0, 0, 0]])
    assert uf1(confusion) == pytest.approx(2 / 3)
    assert macro_f1(confusion) == uar(confusion) == 1.0
    assert math.isnan(f1(confusion)[2])


def test_many_confusions_at_once_are_scored_as_one_by_one():
    many = np.random.default_rng(0).integers(0, 5, (4, 6, 3, 3))
    for metric in METRICS.values():
        one_by_one = [[float(metric(many[i, j])) for j in range(6)] for i in range(4)]
        np.testing.assert_allclose(metric(many), one_by_one)


def test_of_nothing_there_is_no_score():
    nothing = np.zeros((3, 3), np.int64)
    assert math.isnan(accuracy(nothing)) and math.isnan(uar(nothing)) and math.isnan(macro_f1(nothing))
    assert uf1(nothing) == 0
    assert math.isnan(calibration_error(np.empty(0, int), np.empty((0, 3))))


def test_calibration_error_by_hand():
    """Bin (.8, 1]: confidences .9 and 1, one right: |1 - 1.9| = .9. Bin (.4, .6]: .6, right: .4."""
    probabilities = np.array([[0.9, 0.1], [0.0, 1.0], [0.6, 0.4]])
    truth = np.array([0, 0, 0])
    assert calibration_error(truth, probabilities, bins=5) == pytest.approx((0.9 + 0.4) / 3)


def test_a_calibrated_answerer_has_little_calibration_error_and_a_boaster_much():
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.5, 1, 20_000)
    truth = (rng.uniform(size=confidence.size) > confidence).astype(int)
    assert calibration_error(truth, np.stack([confidence, 1 - confidence], 1)) < 0.02
    certain = np.tile([1.0, 0.0], (confidence.size, 1))
    assert calibration_error(truth, certain) == pytest.approx(0.25, abs=0.01)
