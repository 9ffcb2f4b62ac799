"""The basis of samples: orthonormal, exact coordinates, identical samples."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.training.sample_basis import SampleBasis


def test_two_samples_have_one_direction():
    basis = SampleBasis.of(np.array([[1.0, 0.0, 5.0], [3.0, 0.0, 5.0]]), 1e-9)
    assert basis.mean.tolist() == [2.0, 0.0, 5.0] and basis.scale == 1.0
    assert basis.samples.tolist() == [[-1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    assert np.abs(basis.coordinates).round(12).tolist() == [[1.0], [1.0]]
    assert np.abs(basis.samples.T @ basis.to_basis).round(12).tolist() == [[1.0], [0.0], [0.0]]


def test_the_basis_is_orthonormal_and_keeps_every_sample():
    features = np.random.default_rng(0).normal(size=(6, 40))
    basis = SampleBasis.of(features, 1e-9)
    directions = basis.samples.T @ basis.to_basis
    assert directions.shape == (40, 5)  # the mean is removed, so one direction fewer than samples
    np.testing.assert_allclose(directions.T @ directions, np.eye(5), atol=1e-10)
    np.testing.assert_allclose(basis.coordinates @ directions.T, basis.samples, atol=1e-10)


@pytest.mark.parametrize(("least_variance", "directions"), [(1e-9, 2), (1e-3, 1)])
def test_directions_of_little_variance_are_left_out(least_variance, directions):
    features = np.array([[10.0, 0.0], [-10.0, 0.0], [0.0, 0.1], [0.0, -0.1]])  # variances 1 to 1e-4
    assert SampleBasis.of(features, least_variance).coordinates.shape == (4, directions)


def test_identical_samples_have_one_direction_of_length_0():
    basis = SampleBasis.of(np.ones((3, 4)), 1e-9)
    assert basis.coordinates.shape == (3, 1)
    np.testing.assert_allclose(basis.coordinates, 0, atol=1e-11)
