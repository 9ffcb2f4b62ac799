"""The linear head: logistic regression on all features, its strength chosen over subjects."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from mer_ros.evaluation import linear_head
from mer_ros.evaluation.linear_head import LinearHead, spread
from mer_ros.training.sample_basis import SampleBasis


@pytest.mark.parametrize(
    ("probabilities", "classes", "expected"),
    [
        (np.empty((0, 2)), [0, 2], np.empty((0, 4))),
        ([[0.3, 0.7]], [0, 2], [[0.3, 0, 0.7, 0]]),
        ([[1.0], [1.0]], [3], [[0, 0, 0, 1], [0, 0, 0, 1]]),
    ],
)
def test_classes_without_training_samples_have_probability_0(probabilities, classes, expected):
    np.testing.assert_array_equal(spread(np.asarray(probabilities), np.array(classes), 4), expected)


def test_a_head_computed_by_hand():
    """(3, 9) is centred and scaled to (1, 3.5); the weight ln 3 on the first gives odds of 3 to 1."""
    model = LogisticRegression()
    model.classes_, model.coef_, model.intercept_ = (
        np.array([0, 2]),
        np.array([[math.log(3), 0.0]]),
        np.zeros(1),
    )
    basis = SampleBasis(np.array([1.0, 2.0]), 2.0, np.eye(2), np.eye(2), np.eye(2))
    head = LinearHead(basis, model, n_labels=3, strength=1.0)
    np.testing.assert_allclose(head(np.array([[3.0, 9.0], [1.0, 5.0]])), [[0.25, 0, 0.75], [0.5, 0, 0.5]])


def test_identical_samples_give_every_class_the_same_probability():
    """Classes are balanced, so four samples of one and two of the other count alike."""
    truth, subject_ids = np.array([0, 0, 0, 0, 1, 1]), np.array(list("abcdef"))
    head = linear_head.fit(np.ones((6, 3)), truth, subject_ids, 2, 0)
    np.testing.assert_allclose(head(np.ones((1, 3))), [[0.5, 0.5]], atol=1e-3)


def test_an_offset_and_a_scale_of_the_features_change_nothing():
    rng = np.random.default_rng(3)
    truth, subject_ids = np.arange(24) % 2, np.array([f"p{i // 4}" for i in range(24)])
    features = rng.normal(0, 1, (24, 40)) + truth[:, None]
    head = linear_head.fit(features, truth, subject_ids, 2, 0)
    other = linear_head.fit(5 + 30 * features, truth, subject_ids, 2, 0)
    assert head.strength == other.strength
    np.testing.assert_allclose(other(5 + 30 * features), head(features), atol=1e-3)


def test_the_head_is_logistic_regression_on_all_features(monkeypatch):
    rng = np.random.default_rng(0)
    features, unseen = rng.normal(3, 2, (30, 200)), rng.normal(3, 2, (5, 200))
    truth, subject_ids = np.arange(30) % 3, np.array([f"p{i // 6}" for i in range(30)])
    monkeypatch.setattr(linear_head, "STRENGTHS", (1.0,))
    monkeypatch.setattr(linear_head, "_TOLERANCE", 1e-9)
    head = linear_head.fit(features, truth, subject_ids, 3, 0)
    scale = np.sqrt(((features - features.mean(0)) ** 2).sum(1).mean())
    known = LogisticRegression(C=1.0, class_weight="balanced", tol=1e-9, max_iter=5000)
    known.fit(features / scale, truth)
    np.testing.assert_allclose(head(unseen), known.predict_proba(unseen / scale), atol=1e-5)


def test_noise_is_given_little_strength_and_structure_much():
    rng = np.random.default_rng(1)
    truth = np.arange(120) % 2
    subject_ids = np.array([f"p{i // 12}" for i in range(120)])
    noise = rng.normal(0, 1, (120, 300))
    informative = noise.copy()
    informative[:, 0] += 20.0 * truth
    assert linear_head.fit(noise, truth, subject_ids, 2, 0).strength == linear_head.STRENGTHS[0]
    assert linear_head.fit(informative, truth, subject_ids, 2, 0).strength >= 1.0


def test_strength_is_chosen_across_subjects_not_within():
    """Features and labels are constant within each subject, so nothing can be learned across subjects."""
    rng = np.random.default_rng(2)
    subject_ids = np.repeat(np.arange(20), 6)
    features = rng.normal(0, 1, (20, 50))[subject_ids] + rng.normal(0, 0.01, (120, 50))
    truth = (subject_ids % 2).astype(np.int64)
    names = np.array([f"p{i:02d}" for i in subject_ids])
    shuffled = np.array([f"q{i:02d}" for i in rng.permutation(120) % 20])
    assert linear_head.fit(features, truth, names, 2, 0).strength <= 0.1
    assert linear_head.fit(features, truth, shuffled, 2, 0).strength == linear_head.STRENGTHS[-1]


def test_one_training_subject_leaves_the_middle_strength():
    rng = np.random.default_rng(0)
    head = linear_head.fit(rng.normal(0, 1, (8, 4)), np.arange(8) % 2, np.full(8, "a"), 2, 0)
    assert head.strength == linear_head.STRENGTHS[3]
