"""The fit of linear readers against scikit-learn on mirrored samples, and the whitening by its definition."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from mer_ros.motion.normalisation import mirror_flow
from mer_ros.training.linear_fit import fit_features, fit_logistic, fit_prototypes

SIZE, LABELS = 16, 3


@pytest.fixture(scope="module")
def samples():
    """(120, 3, 16, 16) float32: noise and a movement that differs between three classes."""
    rng = np.random.default_rng(0)
    truth = np.arange(120) % LABELS
    data = rng.normal(0, 1, (120, 3, SIZE, SIZE)).astype(np.float32)
    for label in range(LABELS):
        data[truth == label, 1, 4 * label + 1 : 4 * label + 5] += 0.8
    data[..., :2] = data[..., -2:] = 0  # outside the face window
    return data, truth


def test_half_a_face_gives_the_regression_on_samples_and_their_mirror_images(samples):
    data, truth = samples
    found = fit_logistic(data, truth, LABELS, penalty=0.5)
    both = np.concatenate([data, mirror_flow(data)]).reshape(240, -1)
    model = LogisticRegression(C=1 / (0.5 * 240), tol=1e-8, max_iter=5000).fit(both, np.tile(truth, 2))
    np.testing.assert_allclose(found.weight.reshape(LABELS, -1), model.coef_, atol=2e-3)
    np.testing.assert_allclose(found.scores(data), found.scores(mirror_flow(data)), atol=1e-5)
    assert (found.scores(data).argmax(1) == truth).mean() > 0.9


def test_features_are_fitted_as_they_are(samples):
    data, truth = samples
    flat = data.reshape(len(data), -1)[:, 256:512]  # v alone, without any symmetry
    found = fit_features(flat, truth, LABELS, penalty=0.5)
    model = LogisticRegression(C=1 / (0.5 * 120), tol=1e-8, max_iter=5000).fit(flat, truth)
    np.testing.assert_allclose(found.weight, model.coef_, atol=2e-3)
    np.testing.assert_allclose(found.bias - found.bias.mean(), model.intercept_, atol=5e-3)


def test_two_classes_and_a_class_without_samples(samples):
    data, truth = samples
    two = truth < 2
    found = fit_logistic(data[two], truth[two], LABELS, penalty=0.5)
    scores = found.scores(data[two])
    assert (scores[:, 2] < scores[:, :2].min(1) - 10).all()
    assert (scores[:, :2].argmax(1) == truth[two]).mean() > 0.9


def test_scores_are_whitened_within_classes_and_prototypes_are_their_means(samples):
    data, truth = samples
    found = fit_prototypes(fit_logistic(data, truth, LABELS, 0.5), data, truth, LABELS)
    even = (data + mirror_flow(data)) / 2
    latent = np.tensordot(even, found.weight, ((1, 2, 3), (1, 2, 3))) + found.bias
    means = np.stack([latent[truth == label].mean(0) for label in range(LABELS)])
    np.testing.assert_allclose(found.prototypes, means, atol=1e-5)
    within = latent - means[truth]
    np.testing.assert_allclose(within.T @ within / len(within), np.eye(LABELS - 1), atol=1e-5)
    np.testing.assert_allclose(found.decoded[1], even[truth == 1].mean(0), atol=1e-6)
    np.testing.assert_allclose(found.shares, 1 / LABELS)
