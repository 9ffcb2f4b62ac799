import numpy as np
import pytest

from mer_ros.motion.au_solver import solve_au_amounts


def test_amounts_are_never_negative():
    found = solve_au_amounts(np.eye(2), np.array([2.0, -1.0]))
    np.testing.assert_allclose(found.amounts, [2.0, 0.0])
    assert found.residual == pytest.approx(1.0)


def test_a_sum_of_patterns_is_taken_apart():
    patterns = np.random.default_rng(0).normal(size=(3, 8))
    found = solve_au_amounts(patterns, np.array([0.5, 0.0, 2.0]) @ patterns)
    np.testing.assert_allclose(found.amounts, [0.5, 0.0, 2.0], atol=1e-9)
    assert found.residual == pytest.approx(0.0, abs=1e-9)


def test_no_movement_gives_no_units():
    found = solve_au_amounts(np.eye(3), np.zeros(3))
    assert not found.amounts.any() and found.residual == 0.0
