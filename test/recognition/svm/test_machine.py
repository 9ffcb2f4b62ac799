"""Machines answer from arrays alone what scikit-learn's own objects answer."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.svm import SVC

from mer_ros.recognition.svm import kernel, linear
from mer_ros.recognition.svm.fitted_kernels import FittedLinearKernel, FittedMixedKernel, selected_cells
from mer_ros.recognition.svm.kernels import Kernel, distances, mean_distance_gamma, pairwise_distances
from mer_ros.recognition.svm.machine import UNSEEN_CLASS_SCORE, KernelMachine, LinearMachine, fit_duals, mixed
from mer_ros.recognition.svm.whitening import fit_whitening


def histograms(n=40, width=12, seed=0):
    """(n, width) float32 histograms, their labels 0..2, with a class in the first three bins."""
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % 3
    counts = rng.integers(0, 6, (n, width)) + 6 * np.eye(width)[truth]
    return (counts / counts.sum(1, keepdims=True)).astype(np.float32), truth


def theirs(fitted, others, truth, cost, mix=(1.0,)):
    """Decision values of scikit-learn's machines on the fitted's kernels, one class against the rest."""
    columns = []
    for label in range(3):
        machine = SVC(C=cost, kernel="precomputed", class_weight="balanced").fit(
            mixed(fitted.gram, mix), truth == label
        )
        columns.append(machine.decision_function(mixed(fitted.values(others), mix)))
    return np.stack(columns, 1)


FITTERS = {
    "linear": (linear(), LinearMachine),
    "linear, whitened": (linear(0.9), LinearMachine),
    "rbf": (kernel("rbf"), KernelMachine),
    "rbf, whitened": (kernel("rbf", 0.9), KernelMachine),
    "chi2": (kernel("chi2"), KernelMachine),
}


@pytest.mark.parametrize("cost", [0.1, 10.0])
@pytest.mark.parametrize("name", FITTERS)
def test_the_arrays_answer_as_scikit_learn(name, cost):
    fitter, kind = FITTERS[name]
    (features, truth), (others, _) = histograms(), histograms(25, seed=1)
    (fitted,) = fitter(features, truth)
    machine = fitted.machine(fit_duals(fitted.gram[0], truth, 3, cost), (1.0,))
    assert isinstance(machine, kind)
    np.testing.assert_allclose(machine.scores(others), theirs(fitted, others, truth, cost), atol=1e-9)


def test_a_machine_on_the_features_themselves_is_the_same_machine():
    """Not only on our own kernel matrices: scikit-learn's kernels on the raw features."""
    (features, truth), (others, _) = histograms(), histograms(25, seed=1)
    double = features.astype(float)
    fitted = FittedMixedKernel(features, [np.arange(12)], "rbf")
    machine = fitted.machine(fit_duals(fitted.gram[0], truth, 3, 5.0), (1.0,))
    scores = machine.scores(others)
    for label in range(3):
        peer = SVC(C=5.0, gamma=machine.kernels[0].gamma, class_weight="balanced", tol=1e-6)
        np.testing.assert_allclose(
            peer.fit(double, truth == label).decision_function(others), scores[:, label], atol=5e-3
        )
    assert 0 < len(machine.support[0]) <= 40


def test_several_kernels_are_mixed():
    (features, truth), (others, _) = histograms(), histograms(25, seed=1)
    columns, mix = [np.arange(0, 6), np.arange(6, 12)], (0.75, 0.25)
    fitted = FittedMixedKernel(features, columns, "chi2")
    machine = fitted.machine(fit_duals(mixed(fitted.gram, mix), truth, 3, 1.0), mix)
    np.testing.assert_allclose(machine.scores(others), theirs(fitted, others, truth, 1.0, mix), atol=1e-9)


def test_only_support_vectors_are_kept():
    rng = np.random.default_rng(2)
    truth = np.repeat([0, 1, 2], 30)
    features = (10 * np.eye(4)[truth] + rng.random((90, 4))).astype(np.float32)
    fitted = FittedMixedKernel(features, [np.arange(4)], "rbf")
    machine = fitted.machine(fit_duals(fitted.gram[0], truth, 3, 10.0), (1.0,))
    assert len(machine.support[0]) == machine.duals.dual.shape[1] < 60
    assert (machine.scores(features).argmax(1) == truth).all()


def test_contributions_add_up_to_the_lead_of_a_label():
    features, truth = histograms()
    fitted = FittedLinearKernel(features)
    machine = fitted.machine(fit_duals(fitted.gram[0], truth, 3, 1.0), (1.0,))
    scores = machine.scores(features)
    for label in range(3):
        terms = machine.contributions(features[7], label)
        lead = scores[7, label] - scores[7].mean() - (machine.bias[label] - machine.bias.mean())
        np.testing.assert_allclose(terms.sum(), lead, atol=1e-12)


def test_a_class_without_samples_is_never_answered():
    features, truth = histograms()
    fitted = FittedLinearKernel(features)
    learned = fit_duals(fitted.gram[0], np.where(truth == 1, 4, truth), 6, 1.0)
    scores = fitted.machine(learned, (1.0,)).scores(features)
    assert (scores[:, [1, 3, 5]] == UNSEEN_CLASS_SCORE).all()
    assert set(scores.argmax(1)) <= {0, 2, 4}
    alone = fit_duals(fitted.gram[0], np.full(40, 2), 3, 1.0)
    assert (
        fitted.machine(alone, (1.0,)).scores(features) == [UNSEEN_CLASS_SCORE, UNSEEN_CLASS_SCORE, 1.0]
    ).all()


def test_features_that_are_all_alike_still_give_a_machine():
    truth = np.arange(10) % 2
    same = np.full((10, 5), 0.2, np.float32)
    for fitter in (linear(), linear(0.9), kernel("rbf"), kernel("chi2")):
        (fitted,) = fitter(same, truth)
        scores = fitted.machine(fit_duals(fitted.gram[0], truth, 2, 1.0), (1.0,)).scores(same)
        assert np.isfinite(scores).all()


def test_distances_are_those_of_the_definition():
    a, b = histograms(7)[0], histograms(5, seed=1)[0]
    b[0, 3] = a[0, 3] = 0
    for i in range(7):
        for j in range(5):
            p, q = a[i].astype(float), b[j].astype(float)
            chi2 = sum((x - y) ** 2 / (x + y) for x, y in zip(p, q) if x + y)
            assert distances("chi2", a, b)[i, j] == pytest.approx(chi2, abs=1e-12)
            assert distances("rbf", a, b)[i, j] == pytest.approx(((p - q) ** 2).sum(), abs=1e-12)
    assert Kernel("chi2", 2.0)(a, a).diagonal().tolist() == [1.0] * 7


@pytest.mark.parametrize("kind", ["rbf", "chi2"])
def test_pairwise_distances_are_distances_to_oneself(kind):
    a = histograms(150)[0]
    np.testing.assert_allclose(pairwise_distances(kind, a), distances(kind, a, a), atol=1e-12)


def test_the_mean_distance_gamma_makes_the_mean_distance_one():
    own = np.array([[0.0, 2.0, 4.0], [2.0, 0.0, 6.0], [4.0, 6.0, 0.0]])
    assert mean_distance_gamma(own) == pytest.approx(1 / 4)
    assert mean_distance_gamma(np.zeros((3, 3))) == 1.0


@pytest.mark.parametrize("shape", [(30, 8), (12, 50)])
def test_whitening_is_that_of_scikit_learn(shape):
    features = np.random.default_rng(3).normal(size=shape) @ np.diag(np.linspace(0.5, 3, shape[1]))
    whitening = fit_whitening(features, 0.9)
    n = whitening.projection.shape[1]
    peer = PCA(n, whiten=True, svd_solver="full").fit(features)
    assert peer.explained_variance_ratio_.sum() >= 0.9 > peer.explained_variance_ratio_[:-1].sum()
    own, other = whitening(features), peer.transform(features) * np.sqrt(len(features) / (len(features) - 1))
    np.testing.assert_allclose(np.abs(own), np.abs(other), atol=1e-8)


def test_all_of_the_variance_leaves_out_only_rounding():
    features = np.random.default_rng(4).normal(size=(9, 30))
    whitened = fit_whitening(features, 1.0)(features)
    assert whitened.shape == (9, 8)
    np.testing.assert_allclose(whitened.var(0), 1, atol=1e-8)


def test_cells_are_selected_for_all_patterns_together():
    """Cell 3 of 6 tells the class, in the second of two patterns: it is kept for both, and little else is."""
    rng = np.random.default_rng(5)
    truth = np.arange(60) % 2
    features = rng.random((60, 6, 2, 4)).astype(np.float32)
    features[truth == 1, 3, 1, 0] += 2
    index = np.arange(6 * 2 * 4).reshape(6, 2, 4)
    strict, loose = selected_cells([index[:, 0], index[:, 1]], "chi2", (0.9, 0.01), 0.1)(
        features.reshape(60, -1), truth
    )
    machine = strict.machine(fit_duals(strict.gram[0], truth, 2, 1.0), (0.5, 0.5))
    assert [columns.tolist() for columns in machine.columns] == [index[3, 0].tolist(), index[3, 1].tolist()]
    assert loose.gram[0].shape == (60, 60)
    assert len(loose.machine(fit_duals(loose.gram[0], truth, 2, 1.0), (0.5, 0.5)).columns[0]) > 4


@pytest.mark.parametrize("kind", ["rbf", "chi2"])
def test_the_gradient_of_a_kernel_is_that_of_small_steps(kind):
    own = histograms(9)[0]
    own[:4, 2] = 0
    at, weights = own[7].astype(float), np.linspace(-1, 1, 9)
    at[2] = 0.0  # both are 0 there for some
    kernel_ = Kernel(kind, 1.5)
    found = kernel_.gradient(at, own, weights)
    for place in range(12):
        if place == 2:
            continue
        step = np.zeros(12)
        step[place] = 1e-6
        rise = (kernel_((at + step)[None], own) - kernel_((at - step)[None], own))[0] @ weights / 2e-6
        assert found[place] == pytest.approx(rise, abs=1e-6)
