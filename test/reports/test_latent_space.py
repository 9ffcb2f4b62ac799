from __future__ import annotations

import numpy as np
import pytest

from mer_ros.reports import latent_space
from mer_ros.reports.latent_space import latent_map


def blobs(n, dimensions=12, classes=3, seed=0, spread=0.3):
    """Latents (n, D) of classes that lie apart, and their classes."""
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % classes
    centres = np.random.default_rng(99).normal(size=(classes, dimensions)) * 4
    return (centres[truth] + rng.normal(size=(n, dimensions)) * spread).astype(np.float32), truth


def mapped(n_train=60, n_test=30, seed=0, **more):
    (train, a), (test, b) = blobs(n_train, **more), blobs(n_test, seed=1, **more)
    return latent_map(train, test, a, b, 3, seed)


@pytest.mark.parametrize("dimensions", [2, 12, 400])
def test_classes_that_lie_apart_are_found_by_the_clusters(dimensions):
    found = mapped(dimensions=dimensions)
    assert found.points.shape == (90, 2) and found.centres.shape == (3, 2) and found.tested.sum() == 30
    assert np.isfinite(found.points).all() and found.agreement > 0.8
    assert sorted(found.clusters.max(1)) == [10, 10, 10] and found.clusters.sum() == 30


def test_latents_of_one_number_have_a_map_too():
    assert np.isfinite(mapped(dimensions=1).points).all()


def test_neighbours_on_the_map_are_of_one_class():
    found = mapped()
    distances = np.linalg.norm(found.points[:, None] - found.points[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    assert (found.truth[distances.argmin(1)] == found.truth).mean() > 0.95


def test_clusters_of_noise_agree_with_the_classes_by_chance():
    assert abs(mapped(spread=100.0, n_test=90).agreement) < 0.15


def test_the_same_latents_give_the_same_map():
    assert np.array_equal(mapped(seed=3).points, mapped(seed=3).points)


def test_of_many_clips_some_of_both_sides_are_shown(monkeypatch):
    monkeypatch.setattr(latent_space, "MOST_POINTS", 40)
    found = mapped(n_train=60, n_test=50)
    assert len(found.points) == 40 and found.tested.sum() == 20 and found.n_clips == 110
    assert found.clusters.sum() == 50
    few = mapped(n_train=60, n_test=5)
    assert few.tested.sum() == 5 and len(few.points) == 40


def test_too_few_clips_have_no_map():
    assert mapped(n_train=3, n_test=3) is None
    train, truth = blobs(20)
    assert latent_map(train, train[:0], truth, truth[:0], 3, 0) is None


def test_agreement_with_a_single_class_is_not_defined():
    train, truth = blobs(20)
    assert latent_map(train, train[truth == 0], truth, truth[truth == 0], 3, 0).agreement is None
