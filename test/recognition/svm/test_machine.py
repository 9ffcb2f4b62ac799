"""Scores and contributions of machines from plain arrays."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.recognition.svm.fitted_kernels import FittedLinearKernel
from mer_ros.recognition.svm.kernels import Kernel
from mer_ros.recognition.svm.machine import (
    UNSEEN_CLASS_SCORE,
    DualCoefficients,
    KernelMachine,
    LinearMachine,
    fit_duals,
    mixed,
)


def test_scores_and_contributions_of_a_linear_machine_by_hand():
    """The lead of a class is its score minus the mean score; the average feature is (1, 1)."""
    machine = LinearMachine(np.array([[1.0, 2.0], [-1.0, 0.0]]), np.array([0.5, 0.0]), np.ones(2))
    feature = np.array([2.0, 4.0])
    assert machine.scores(feature[None]).tolist() == [[7.5, -1.0]]
    assert machine.contributions(feature, 0).tolist() == [1.0, 3.0]
    assert machine.contributions(feature, 1).tolist() == [-1.0, -3.0]
    assert machine.contributions(np.ones(2), 0).tolist() == [0.0, 0.0]


def test_dual_coefficients_weigh_kernel_values():
    duals = DualCoefficients(np.array([[2.0, -1.0, 0.0], [0.0, 0.0, 4.0]]), np.array([0.5, -0.5]))
    assert duals.scores(np.array([[1.0, 0.5, 0.25]])).tolist() == [[2.0, 0.5]]
    assert duals.scores(np.empty((0, 3))).shape == (0, 2)


def test_mixed_kernels_are_a_weighted_sum_and_stay_as_they_are():
    kernels = [np.array([[1.0, 2.0]]), np.array([[10.0, 20.0]])]
    assert mixed(kernels, (0.75, 0.25)).tolist() == [[3.25, 6.5]]
    assert mixed(kernels[:1], np.ones(1)).tolist() == [[1.0, 2.0]]
    assert [kernel.tolist() for kernel in kernels] == [[[1.0, 2.0]], [[10.0, 20.0]]]


def test_a_kernel_machine_by_hand():
    """One support vector at 0 for the first class, one at 2 for the second; exp(-d) of d = 1 for both."""
    duals = DualCoefficients(np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([0.0, 1.0]))
    support = np.array([[0.0], [2.0]])
    machine = KernelMachine([np.array([1])], [support], [Kernel("rbf", 1.0)], np.ones(1), duals, np.zeros(2))
    e = np.exp(-1)
    np.testing.assert_allclose(machine.scores(np.array([[9.0, 1.0]])), [[e, 1 + 2 * e]])
    assert machine.contributions(np.array([9.0, 1.0]), 0)[0] == 0  # it does not read the first feature


@pytest.mark.parametrize("kind", ["rbf", "chi2"])
def test_contributions_of_a_kernel_machine_add_up_to_the_lead(kind, make_histograms):
    support = make_histograms(12)[0]
    dual = np.random.default_rng(1).normal(size=(3, 12))
    duals = DualCoefficients(dual, np.array([0.5, 0.0, -0.5]))
    mean, feature = support.mean(0, dtype=np.float64), make_histograms(5, seed=1)[0][3]
    machine = KernelMachine([np.arange(12)], [support], [Kernel(kind, 2.0)], np.ones(1), duals, mean)
    scores = machine.scores(np.stack([feature, mean]))
    for label in range(3):
        lead, average = scores[:, label] - scores.mean(1)
        assert machine.contributions(feature, label).sum() == pytest.approx(lead - average, abs=0.01)


def test_contributions_add_up_to_the_lead_of_a_label(make_histograms):
    features, truth = make_histograms()
    fitted = FittedLinearKernel(features)
    machine = fitted.machine(fit_duals(fitted.gram[0], truth, 3, 1.0), (1.0,))
    scores = machine.scores(features)
    for label in range(3):
        terms = machine.contributions(features[7], label)
        lead = scores[7, label] - scores[7].mean() - (machine.bias[label] - machine.bias.mean())
        np.testing.assert_allclose(terms.sum(), lead, atol=1e-12)


def test_a_class_without_samples_is_never_answered(make_histograms):
    features, truth = make_histograms()
    fitted = FittedLinearKernel(features)
    learned = fit_duals(fitted.gram[0], np.where(truth == 1, 4, truth), 6, 1.0)
    scores = fitted.machine(learned, (1.0,)).scores(features)
    assert (scores[:, [1, 3, 5]] == UNSEEN_CLASS_SCORE).all()
    assert set(scores.argmax(1)) <= {0, 2, 4}
    alone = fit_duals(fitted.gram[0], np.full(40, 2), 3, 1.0)
    assert (
        fitted.machine(alone, (1.0,)).scores(features) == [UNSEEN_CLASS_SCORE, UNSEEN_CLASS_SCORE, 1.0]
    ).all()
