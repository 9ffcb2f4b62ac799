"""The unimodal apex against brute force: every fit that rises and falls, on a grid of heights."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from mer_ros.motion.unimodal import likely_apex, unimodal_apex, unimodal_cost


def least_error(values, rising):
    """The least squared error of any monotone fit: level sets are runs of the curve, each at its mean."""
    best = np.inf
    n = len(values)
    for cuts in itertools.product((False, True), repeat=n - 1):
        edges = [0, *(i + 1 for i, cut in enumerate(cuts) if cut), n]
        runs = [values[a:b] for a, b in itertools.pairwise(edges)]
        means = [run.mean() for run in runs]
        if all((b >= a) == rising or a == b for a, b in itertools.pairwise(means)):
            best = min(best, sum(float(((run - run.mean()) ** 2).sum()) for run in runs))
    return best


@pytest.mark.parametrize("seed", range(8))
def test_the_cost_is_that_of_brute_force(seed):
    curve = np.random.default_rng(seed).normal(size=8)
    wanted = [least_error(curve[: t + 1], True) + least_error(curve[t:], False) for t in range(len(curve))]
    np.testing.assert_allclose(unimodal_cost(curve), wanted, atol=1e-10)


@pytest.mark.parametrize("seed", range(8))
def test_the_apex_of_several_curves_is_that_of_brute_force(seed):
    curves = np.random.default_rng(seed).normal(size=(3, 7))
    cost = [sum(least_error(c[: t + 1], True) + least_error(c[t:], False) for c in curves) for t in range(7)]
    assert unimodal_apex(curves) == int(np.argmin(cost))


def test_a_spike_of_noise_is_not_the_apex():
    curve = np.array([0.0, 0.2, 0.5, 0.8, 1.0, 0.9, 0.6, 0.3, 1.05, 0.1])
    assert curve.argmax() == 8 and unimodal_apex(curve[None]) == 4


def test_who_moves_most_decides():
    early, late = np.array([0.0, 1, 0, 0, 0, 0]), np.array([0.0, 0, 0, 0, 1, 0])
    assert unimodal_apex(np.stack([3 * early, late])) == 1
    assert unimodal_apex(np.stack([early, 3 * late])) == 4


@pytest.mark.parametrize(
    ("curve", "apex"),
    [([0.0, 1, 2, 3], 3), ([3.0, 2, 1], 0), ([5.0], 0), ([1.0, 1, 1, 1, 1], 2), ([0.0, 1, 1, 1, 0], 2)],
)
def test_ends_plateaus_and_stillness(curve, apex):
    assert unimodal_apex(np.array([curve])) == apex


def test_a_drift_does_not_take_the_likely_apex_to_the_end_and_a_clear_peak_stays():
    places = np.linspace(1 / 12, 1, 12)
    risen = np.array([[1.0, 3, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5.3]])
    assert unimodal_apex(risen) == 11 and likely_apex(risen, places) == 5
    for apex in (3, 4, 5, 6, 7):
        peak = np.interp(np.arange(12), [-1, apex, 12], [0, 16, 0])[None]
        assert abs(likely_apex(peak, places) - apex) <= 1 and unimodal_apex(peak) == apex


def test_the_likely_apex_of_a_face_that_does_not_move_is_the_middle():
    assert likely_apex(np.zeros((2, 5)), np.linspace(0, 1, 5)) == 2
