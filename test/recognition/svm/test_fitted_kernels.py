"""Fitted kernels: scales and selections from training samples; machines that hold only support vectors."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.svm import SVC

from mer_ros.recognition.svm import kernel, linear
from mer_ros.recognition.svm.fitted_kernels import FittedLinearKernel, FittedMixedKernel, selected_cells
from mer_ros.recognition.svm.machine import DualCoefficients, KernelMachine, LinearMachine, fit_duals, mixed


def test_a_linear_kernel_by_hand():
    """Mean (1, 0), deviations -1 and +1, mean squared length 1."""
    fitted = FittedLinearKernel(np.array([[0.0, 0.0], [2.0, 0.0]], np.float32))
    assert fitted.gram[0].tolist() == [[1, -1], [-1, 1]]
    assert fitted.values(np.array([[3.0, 7.0]]))[0].tolist() == [[-2, 2]]
    machine = fitted.machine(DualCoefficients(np.eye(2), np.array([0.0, 0.5])), (1.0,))
    assert machine.weights.tolist() == [[-1, 0], [1, 0]] and machine.mean.tolist() == [1, 0]
    assert machine.scores(np.array([[3.0, 7.0]])).tolist() == [[-2, 2.5]]


def test_a_linear_kernel_does_not_depend_on_the_unit_of_the_features(make_histograms):
    features, _ = make_histograms()
    np.testing.assert_allclose(
        FittedLinearKernel(1000 * features).gram[0], FittedLinearKernel(features).gram[0], atol=1e-6
    )


def test_each_kernel_reads_its_own_columns_at_its_own_scale():
    """Distances 4 and 0.25; gamma is the reciprocal of the mean distance, so both give exp(-1)."""
    features = np.array([[0.0, 0.0], [2.0, 0.5]])
    fitted = FittedMixedKernel(features, [np.array([0]), np.array([1])], "rbf")
    for gram in fitted.gram:
        np.testing.assert_allclose(gram, [[1, np.exp(-1)], [np.exp(-1), 1]])
    first, second = fitted.values(np.array([[0.0, 0.5]]))
    np.testing.assert_allclose(first, [[1, np.exp(-1)]])
    np.testing.assert_allclose(second, [[np.exp(-1), 1]])


def theirs(fitted, others, truth, cost, mix=(1.0,)):
    """Decision values of scikit-learn's one-vs-rest SVMs on the fitted kernels."""
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
def test_the_arrays_give_the_scores_of_scikit_learn(name, cost, make_histograms):
    fitter, kind = FITTERS[name]
    (features, truth), (others, _) = make_histograms(), make_histograms(25, seed=1)
    (fitted,) = fitter(features, truth)
    machine = fitted.machine(fit_duals(fitted.gram[0], truth, 3, cost), (1.0,))
    assert isinstance(machine, kind)
    np.testing.assert_allclose(machine.scores(others), theirs(fitted, others, truth, cost), atol=1e-9)


def test_a_machine_on_the_features_themselves_is_the_same_machine(make_histograms):
    """The scores also agree with scikit-learn's own kernels on the raw features."""
    (features, truth), (others, _) = make_histograms(), make_histograms(25, seed=1)
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


def test_several_kernels_are_mixed(make_histograms):
    (features, truth), (others, _) = make_histograms(), make_histograms(25, seed=1)
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


def test_identical_features_still_give_a_machine():
    truth = np.arange(10) % 2
    same = np.full((10, 5), 0.2, np.float32)
    for fitter in (linear(), linear(0.9), kernel("rbf"), kernel("chi2")):
        (fitted,) = fitter(same, truth)
        scores = fitted.machine(fit_duals(fitted.gram[0], truth, 2, 1.0), (1.0,)).scores(same)
        assert np.isfinite(scores).all()


def test_cells_are_selected_for_all_patterns_together():
    """Only cell 3 of 6, in the second of two patterns, depends on the class: it is kept for both."""
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


def test_where_no_cell_is_selected_all_are_used():
    columns = [np.array([[0, 1], [3, 4]]), np.array([[2], [5]])]
    features, truth = np.full((8, 6), 0.5, np.float32), np.arange(8) % 2
    (fitted,) = selected_cells(columns, "chi2", (0.5,), 0.1)(features, truth)
    machine = fitted.machine(fit_duals(fitted.gram[0], truth, 2, 1.0), (0.5, 0.5))
    assert [own.tolist() for own in machine.columns] == [[0, 1, 3, 4], [2, 5]]
