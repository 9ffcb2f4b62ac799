"""Whitened principal components."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from mer_ros.recognition.svm.whitening import Whitening, fit_whitening


def test_a_whitening_with_set_numbers():
    whitening = Whitening(np.array([1.0, 2.0]), np.array([[2.0], [0.5]]))
    assert whitening(np.array([[3.0, 4.0], [1.0, 2.0]])).tolist() == [[5.0], [0.0]]


def test_one_direction_gives_one_component_of_variance_1():
    features = np.array([[3.0, 5.0], [1.0, 5.0]], np.float32)  # mean (2, 5), deviations +1 and -1
    whitening = fit_whitening(features, 1.0)
    assert whitening.mean.tolist() == [2, 5]
    np.testing.assert_allclose(np.abs(whitening.projection), [[1], [0]], atol=1e-12)
    np.testing.assert_allclose(np.abs(whitening(features)), [[1], [1]])


@pytest.mark.parametrize(("share", "kept"), [(0.5, 1), (0.79, 1), (0.81, 2), (0.94, 2), (0.96, 3), (1.0, 3)])
def test_as_many_components_as_the_share_of_the_variance_needs(share, kept):
    """Three uncorrelated columns with 80, 15 and 5 % of the variance."""
    signs = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    features = signs * np.sqrt([80, 15, 5])
    assert fit_whitening(features, share).projection.shape == (3, kept)


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


def test_identical_samples_are_whitened_to_0():
    same = np.full((4, 3), 0.2, np.float32)
    assert not fit_whitening(same, 0.9)(same).any()
