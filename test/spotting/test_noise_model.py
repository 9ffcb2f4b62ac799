"""Estimation of the movement noise of a face."""

import numpy as np
import pytest

from mer_ros.spotting.measurement import N_CHANNELS
from mer_ros.spotting.noise_model import NoiseModel
from mer_ros.spotting.unit_patterns import head_patterns, unit_patterns

STEP_S = 0.02


def learned(draw, seconds=60.0, length_s=0.3):
    noise = NoiseModel(length_s)
    for _ in range(int(seconds / STEP_S)):
        noise.learn(draw(), STEP_S)
    return noise


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def test_movements_by_chance_come_out_of_every_filter_with_a_variance_of_about_one(rng):
    mixing = rng.normal(0, 1e-3, (N_CHANNELS, N_CHANNELS)) * 0.3

    def draw():
        return mixing @ rng.normal(size=N_CHANNELS)

    noise = learned(draw)
    seen = np.stack([draw() for _ in range(4000)]) @ noise.filters
    assert 0.6 < np.median(seen.std(0)) < 1.1 and seen.std(0).max() < 1.3


def test_the_whitening_makes_chance_alike_in_all_directions():
    noise = NoiseModel(0.3)
    np.testing.assert_allclose(
        noise.whitening @ noise.covariance @ noise.whitening.T, np.eye(N_CHANNELS), atol=1e-6
    )


def test_what_goes_together_by_chance_hides_less_than_its_size(rng):
    """An error of the head fit moves all groups far, but always in the same few directions."""
    head, unit = head_patterns(), unit_patterns().moved[0]

    def draw():
        return 0.02 * rng.normal(size=6) @ head + rng.normal(0, 5e-4, N_CHANNELS)

    noise = learned(draw)
    snr = float((0.01 * unit @ noise.filters)[0])
    each_by_itself = 0.01 * np.linalg.norm(unit / np.sqrt(np.diag(noise.covariance)))
    assert snr > 2.5 * each_by_itself


def test_rare_large_movements_hardly_raise_the_noise(rng):
    def calm():
        return rng.normal(0, 1e-3, N_CHANNELS)

    def with_events():
        return calm() + (0.05 * unit_patterns().moved[3] if rng.uniform() < 0.05 else 0)

    quiet, eventful = learned(calm), learned(with_events)
    snr = unit_patterns().moved[3] @ eventful.filters[:, 3]
    assert snr > 0.5 * (unit_patterns().moved[3] @ quiet.filters[:, 3])


def test_when_all_movements_have_grown_the_noise_follows(rng):
    noise = learned(lambda: rng.normal(0, 1e-3, N_CHANNELS))
    before = np.trace(noise.covariance)
    for _ in range(int(40 / STEP_S)):
        noise.learn(rng.normal(0, 6e-3, N_CHANNELS), STEP_S)
    assert np.trace(noise.covariance) > 12 * before


def test_longer_spans_are_expected_to_drift_more():
    assert np.trace(NoiseModel(1.0).covariance) > 2 * np.trace(NoiseModel(0.1).covariance)


def test_the_covariance_is_the_weighted_mean_of_all_movements_with_the_newest_counting_most(rng):
    noise, scatter, weight_s = NoiseModel(0.3), np.zeros((N_CHANNELS, N_CHANNELS)), 0.0
    before = noise.covariance.copy()
    step_s = 0.1
    for _ in range(36):  # twelve refreshes; movements so small that each has its full weight
        moved = rng.normal(0, 2e-4, N_CHANNELS)
        noise.learn(moved.astype(np.float32), step_s)
        moved[:] = moved.astype(np.float32)
        keep = 1 - step_s / 30
        scatter, weight_s = keep * scatter + step_s * np.outer(moved, moved), keep * weight_s + step_s
    off_diagonal = ~np.eye(N_CHANNELS, dtype=bool)
    prior = before / np.where(off_diagonal, 0.92, 1.0)
    expected = (scatter + 1.5 * prior) / (weight_s + 1.5) * np.where(off_diagonal, 0.92, 1.0)
    np.testing.assert_allclose(noise.covariance, expected, rtol=1e-9)
