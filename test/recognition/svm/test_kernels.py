"""Kernels: distances by definition, gamma, gradients."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mer_ros.recognition.svm.kernels import (
    BATCH_ROWS,
    Kernel,
    distances,
    mean_distance_gamma,
    pairwise_distances,
)


@pytest.mark.parametrize(
    ("kind", "a", "b", "expected"),
    [
        ("rbf", [[0.0, 0.0], [3.0, 4.0]], [[3.0, 4.0]], [[25.0], [0.0]]),
        ("chi2", [[1.0, 1.0]], [[2.0, 1.0], [1.0, 1.0]], [[1 / 3, 0.0]]),
        ("chi2", [[0.0, 2.0]], [[0.0, 0.0]], [[2.0]]),  # both 0 in the first bin
    ],
)
def test_distances_by_hand(kind, a, b, expected):
    a, b = np.array(a, np.float32), np.array(b, np.float32)
    found = distances(kind, a, b)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert found.dtype == np.float64
    np.testing.assert_allclose(Kernel(kind, 0.5)(a, b), np.exp(-0.5 * np.array(expected)))


def test_distances_are_those_of_the_definition(make_histograms):
    a, b = make_histograms(7)[0], make_histograms(5, seed=1)[0]
    b[0, 3] = a[0, 3] = 0
    for i in range(7):
        for j in range(5):
            p, q = a[i].astype(float), b[j].astype(float)
            chi2 = sum((x - y) ** 2 / (x + y) for x, y in zip(p, q) if x + y)
            assert distances("chi2", a, b)[i, j] == pytest.approx(chi2, abs=1e-12)
            assert distances("rbf", a, b)[i, j] == pytest.approx(((p - q) ** 2).sum(), abs=1e-12)
    assert Kernel("chi2", 2.0)(a, a).diagonal().tolist() == [1.0] * 7


def test_equal_samples_have_no_negative_distance():
    """|a|^2 + |b|^2 - 2 a b of equal large numbers is rounded below 0."""
    a = np.random.default_rng(0).normal(1e4, 1, (20, 50))
    assert distances("rbf", a, a).min() >= 0 and Kernel("rbf", 1.0)(a, a).max() <= 1


@pytest.mark.parametrize("n", [1, BATCH_ROWS, BATCH_ROWS + 1, 150])
@pytest.mark.parametrize("kind", ["rbf", "chi2"])
def test_pairwise_distances_are_distances_to_oneself(kind, n, make_histograms):
    a = make_histograms(n)[0]
    np.testing.assert_allclose(pairwise_distances(kind, a), distances(kind, a, a), atol=1e-12)


def test_the_mean_distance_gamma_makes_the_mean_distance_one():
    own = np.array([[0.0, 2.0, 4.0], [2.0, 0.0, 6.0], [4.0, 6.0, 0.0]])
    assert mean_distance_gamma(own) == pytest.approx(1 / 4)
    assert mean_distance_gamma(np.zeros((3, 3))) == 1.0


def test_the_gamma_of_a_single_sample_is_1():
    assert mean_distance_gamma(np.zeros((1, 1))) == 1.0


def test_a_gradient_by_hand():
    """d = 2^2 + 1^2 = 5; the gradient of exp(-d / 5) is -2 (a - b) / 5 exp(-1)."""
    found = Kernel("rbf", 0.2).gradient(np.array([2.0, 1.0]), np.zeros((1, 2)), np.array([3.0]))
    np.testing.assert_allclose(found, [-2.4 / math.e, -1.2 / math.e])


@pytest.mark.parametrize("kind", ["rbf", "chi2"])
def test_the_gradient_of_a_kernel_is_that_of_small_steps(kind, make_histograms):
    own = make_histograms(9)[0]
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
