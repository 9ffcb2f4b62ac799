"""The penalty, by hand and in the limits of weak and strong regularisation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import log_softmax

from mer_ros.training.residual_head import fit

STRENGTHS = (1e-6, 0.1, 10.0)


def a_task(n=120, features=300, seed=0, certainty=1.0):
    """Features and priors that both depend on the class, the priors by the factor ``certainty``."""
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % 3
    x = rng.normal(size=(n, features))
    x[:, :3] += 3 * np.eye(3)[truth]
    prior = log_softmax(certainty * np.eye(3)[truth] + rng.normal(0, 1.0, (n, 3)), axis=1)
    subject_ids = np.array([f"p{i % 12}" for i in range(n)])
    return prior, x, truth, subject_ids


def test_the_weakest_strength_answers_as_the_prior_does():
    prior, x, truth, subject_ids = a_task(certainty=2.0)
    head = fit(prior, x, truth, subject_ids, (1e-9,), 0).head
    assert np.abs(head.weight).max() < 1e-4
    found = head(prior, x)
    expected = log_softmax(head.gain * prior + head.bias, axis=1)
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_the_strength_follows_the_information_in_the_features():
    worthless, x, truth, subject_ids = a_task(certainty=0.0)
    knowing, noise = 6 * np.eye(3)[truth], np.random.default_rng(1).normal(size=x.shape)
    assert fit(worthless, x, truth, subject_ids, STRENGTHS, 0).head.strength > 1e-6
    assert fit(log_softmax(knowing, axis=1), noise, truth, subject_ids, STRENGTHS, 0).head.strength == 1e-6


def test_it_learns_what_the_prior_lacks():
    prior, x, truth, subject_ids = a_task(240)
    tested = np.isin(subject_ids, ["p0", "p1", "p2"])
    found = fit(prior[~tested], x[~tested], truth[~tested], subject_ids[~tested], STRENGTHS, 0)
    right = (found.head(prior[tested], x[tested]).argmax(1) == truth[tested]).mean()
    alone = (prior[tested].argmax(1) == truth[tested]).mean()
    assert right > alone + 0.1
    held = (found.held_out.argmax(1) == truth[~tested]).mean()
    assert abs(held - right) < 0.2


def test_it_is_the_least_of_its_loss():
    prior, x, truth, subject_ids = a_task(60, 4)
    strength = 0.3
    head = fit(prior, x, truth, subject_ids, (strength,), 0).head
    scale = np.sqrt(((x - x.mean(0)) ** 2).sum(1).mean())

    def loss(weight, bias, gain):
        scores = log_softmax(gain * prior + x @ weight + bias, axis=1)
        own = scores[np.arange(60), truth]
        centred = bias + x.mean(0) @ weight
        pull = (weight * scale) ** 2
        return (
            -own.mean()
            + pull.sum() / (2 * 60 * strength)
            + 0.0005 * (centred**2).sum()
            + 0.05 * np.log(gain) ** 2
        )

    least = loss(head.weight, head.bias, head.gain)
    rng = np.random.default_rng(0)
    for _ in range(50):
        nudge = rng.normal(0, 0.02, head.weight.shape) / scale
        assert loss(head.weight + nudge, head.bias, head.gain) > least - 1e-6
        assert loss(head.weight, head.bias + rng.normal(0, 0.02, 3), head.gain) > least - 1e-6
    assert loss(head.weight, head.bias, head.gain * 1.05) > least - 1e-6


def test_classes_have_equal_weight():
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1], [180, 20])
    x = rng.normal(size=(200, 1)) + truth[:, None]
    subject_ids = np.array([f"p{i % 10}" for i in range(200)])
    head = fit(np.zeros((200, 2)), x, truth, subject_ids, (1e3,), 0).head
    middle = head(np.zeros((1, 2)), np.array([[0.5]]))
    assert np.exp(middle[0, 1]) == pytest.approx(0.5, abs=0.1)


def test_subjects_who_cannot_be_held_out_leave_the_prior():
    prior, x, truth, _ = a_task(30, 5)
    subject_ids = np.where(truth == 0, "a", "b")  # without one of them a single class or two are left
    found = fit(prior[truth < 2], x[truth < 2], truth[truth < 2], subject_ids[truth < 2], STRENGTHS, 0)
    assert found.head.strength == STRENGTHS[0]
    np.testing.assert_allclose(found.held_out, log_softmax(prior[truth < 2], axis=1))


def test_identical_samples_get_a_bias():
    truth = np.arange(12) % 2
    found = fit(np.zeros((12, 2)), np.ones((12, 3)), truth, np.array(list("abcdefabcdef")), (1.0,), 0)
    assert np.isfinite(found.head(np.zeros((1, 2)), np.ones((1, 3)))).all()


def a_task_of_two_sets(n=240):
    """Features and priors say nothing; most clips of set "a" are of class 0, of set "b" of class 2."""
    rng = np.random.default_rng(3)
    datasets = np.where(np.arange(n) % 2, "b", "a")
    usual = np.where(datasets == "b", 2, 0)
    truth = np.where(rng.uniform(size=n) < 0.5, usual, rng.integers(3, size=n))
    subject_ids = np.array([f"p{i % 12}" for i in range(n)])
    prior, x = np.full((n, 3), np.log(1 / 3)), rng.normal(size=(n, 5))
    return prior, x, truth, subject_ids, datasets


def test_the_offset_of_a_data_set_is_learned_shrunk_and_0_for_an_unknown_one():
    prior, x, truth, subject_ids, datasets = a_task_of_two_sets()
    heads = {
        spread: fit(prior, x, truth, subject_ids, (1e-6,), 0, datasets, spread).head
        for spread in (0.0, 0.05, 0.5)
    }
    assert heads[0.0].offsets == {} and set(heads[0.5].offsets) == {"a", "b"}
    lead = {spread: heads[spread].offsets["b"] @ [-1, 0, 1] for spread in (0.05, 0.5)}
    assert lead[0.5] > 2 * lead[0.05] > 0
    head = heads[0.5]
    here, there, unknown = (head(prior[:1], x[:1], np.array([name])) for name in ("a", "b", "c"))
    np.testing.assert_allclose(unknown, head(prior[:1], x[:1]))
    assert here[0, 0] > unknown[0, 0] > there[0, 0] and there[0, 2] > unknown[0, 2] > here[0, 2]


def test_offsets_are_held_out_too_and_one_data_set_has_none():
    prior, x, truth, subject_ids, datasets = a_task_of_two_sets()
    found = fit(prior, x, truth, subject_ids, (1e-6,), 0, datasets, 0.5)
    usual = np.where(datasets == "b", 2, 0)
    assert (found.held_out.argmax(1) == usual).mean() > 0.9
    assert fit(prior, x, truth, subject_ids, (1e-6,), 0, np.full(len(x), "a"), 0.5).head.offsets == {}
