"""The selection of cells is optimal: it contains the informative cells and no others."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from mer_ros.recognition.svm import cells

N, CELLS, WIDTH, CLASSES = 60, 9, 5, 3


def problem(seed=0, noise=0.3, planted=(2, 6)):
    """Features in which only the planted cells depend on the labels."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(N, CELLS, WIDTH))
    weights = np.zeros((CELLS, WIDTH, CLASSES))
    weights[list(planted), :3] = rng.normal(size=(len(planted), 3, CLASSES))
    y = np.tensordot(x, weights, 2) + noise * rng.normal(size=(N, CLASSES))
    return x, y


def centred(x, y):
    return x - x.mean(0), y - y.mean(0)


def objective(x, y, w, l1, l2):
    misfit = ((y - np.tensordot(x, w, 2)) ** 2).sum() / 2
    return misfit + l1 * np.linalg.norm(w, axis=(1, 2)).sum() + l2 * np.abs(w).sum()


@pytest.mark.parametrize(("l1", "l2"), [(5.0, 1.0), (10.0, 0.0), (0.0, 4.0), (30.0, 5.0)])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_optimality_conditions_hold(seed, l1, l2):
    """Zero must be a subgradient of the objective, cell by cell and number by number."""
    x, y = centred(*problem(seed))
    w = cells.solve(x, y, l1, l2, np.zeros((CELLS, WIDTH, CLASSES)))
    gradient = -np.tensordot(x, y - np.tensordot(x, w, 2), (0, 0))
    near = 3 * cells.TOLERANCE * (l1 + l2)
    for g, own in zip(gradient, w):
        if not own.any():
            shrunk = np.sign(g) * np.maximum(np.abs(g) - l2, 0)
            assert np.linalg.norm(shrunk) <= l1 + near
            continue
        smooth = g + l1 * own / np.linalg.norm(own)
        assert np.abs(smooth + l2 * np.sign(own))[own != 0].max() <= near
        assert np.abs(smooth[own == 0]).max(initial=0) <= l2 + near
    assert 0 < np.count_nonzero(w) < w.size or l1 + l2 < 5


def test_no_small_step_lowers_the_objective():
    x, y = centred(*problem())
    w = cells.solve(x, y, 8.0, 2.0, np.zeros((CELLS, WIDTH, CLASSES)))
    least, rng = objective(x, y, w, 8.0, 2.0), np.random.default_rng(1)
    for scale in (1e-1, 1e-2, 1e-3):
        for _ in range(50):
            step = scale * rng.normal(size=w.shape)
            for move in (step, step * (w != 0), -scale * w):
                assert objective(x, y, w + move, 8.0, 2.0) >= least * (1 - 1e-6)


def test_every_start_has_the_same_solution():
    x, y = centred(*problem())
    cold = cells.solve(x, y, 6.0, 1.0, np.zeros((CELLS, WIDTH, CLASSES)))
    warm = cells.solve(x, y, 6.0, 1.0, np.random.default_rng(3).normal(size=cold.shape))
    np.testing.assert_allclose(warm, cold, atol=cells.TOLERANCE / 2)


def test_planted_cells_are_found_and_no_others():
    x, y = problem(planted=(1, 4, 8))
    found = cells.path(x, y, (0.8, 0.5, 0.2), 0.1)
    assert set(found[0].cells) <= set(found[1].cells) <= {1, 4, 8}
    assert found[2].cells.tolist() == [1, 4, 8]
    assert len(found[0].cells) >= 1


def test_an_offset_of_features_or_labels_selects_the_same():
    x, y = problem()
    shifted = cells.path(x + np.linspace(1, 9, WIDTH), y + [5, 0, -3], (0.3,), 0.2)[0]
    np.testing.assert_allclose(shifted.weights, cells.path(x, y, (0.3,), 0.2)[0].weights, atol=1e-9)


def test_identical_features_select_nothing():
    (found,) = cells.path(np.ones((6, 4, 3)), np.eye(2)[[0, 1, 0, 1, 0, 1]], (0.5,), 0.1)
    assert len(found.cells) == 0


@pytest.mark.parametrize("mix", [0.0, 0.1, 0.9])
def test_at_the_greatest_strength_nothing_is_left_and_just_below_something(mix):
    x, y = centred(*problem())
    strength = cells.largest_strength(np.tensordot(x, y, (0, 0)), mix)
    none = np.zeros((CELLS, WIDTH, CLASSES))
    for factor, left in ((1.001, False), (0.99, True)):
        l1, l2 = (1 - mix) * factor * strength, mix * factor * strength
        assert cells.solve(x, y, l1, l2, none).any() == left


def test_the_proximal_step_is_the_minimiser():
    rng = np.random.default_rng(5)
    w = rng.normal(size=(2, 2, 2))
    w[0] *= 3
    closed = cells.prox(w, 0.7, 0.4)

    def cost(v):
        return ((v.reshape(w.shape) - w) ** 2).sum() / 2 + objective(
            np.zeros((1, 2, 2)), np.zeros((1, 2)), v.reshape(w.shape), 0.7, 0.4
        )

    numeric = minimize(
        cost, closed.ravel() + 0.01, method="Nelder-Mead", options={"xatol": 1e-6, "maxiter": 20000}
    )
    assert cost(closed.ravel()) <= numeric.fun + 1e-6
    assert np.count_nonzero(closed) < closed.size


def test_constant_cells_are_not_selected_and_give_no_warning():
    """A cell that is 0 in single precision causes no division by zero."""
    x, y = problem()
    x[:, 3] = 1.0
    found = cells.path(x.astype(np.float32), y, (0.5, 0.2), 0.1)
    assert not np.isin(3, found[-1].cells) and np.isfinite(found[-1].weights).all()
