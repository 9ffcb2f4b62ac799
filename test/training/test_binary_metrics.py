"""Scores of a yes-or-no probability."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from mer_ros.training.binary_metrics import area_under_curve, binary_calibration_error, brier_score

RNG = np.random.default_rng(0)
TRUTH = RNG.random(500) < 0.3
CHANCE = np.round(np.clip(0.3 * TRUTH + RNG.random(500) * 0.7, 0, 1), 1)  # with ties


def test_the_scores_are_those_of_scikit_learn():
    assert area_under_curve(TRUTH, CHANCE) == pytest.approx(roc_auc_score(TRUTH, CHANCE))
    assert brier_score(TRUTH, CHANCE) == pytest.approx(brier_score_loss(TRUTH, CHANCE))


def test_one_kind_of_answer_has_no_curve_and_no_samples_no_error():
    assert np.isnan(area_under_curve(np.zeros(3, bool), np.ones(3)))
    assert np.isnan(binary_calibration_error(np.zeros(0, bool), np.zeros(0)))


def test_a_calibrated_probability_has_no_error_and_a_certain_one_has_its_share_of_wrong_answers():
    truth = np.array([True] * 3 + [False] * 7)
    assert binary_calibration_error(truth, np.full(10, 0.3)) == pytest.approx(0)
    assert binary_calibration_error(truth, np.ones(10)) == pytest.approx(0.7)
