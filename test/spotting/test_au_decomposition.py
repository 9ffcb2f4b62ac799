"""Movements taken apart into action units."""

import numpy as np
import pytest

from mer_ros.spotting.au_decomposition import au_decomposition
from mer_ros.spotting.measurement import N_CHANNELS
from mer_ros.spotting.noise_model import NoiseModel
from mer_ros.spotting.unit_patterns import PULLED, SCULPTED, unit_patterns


@pytest.fixture
def noise():
    return NoiseModel(0.3)


def pattern(name):
    known = unit_patterns()
    return 0.02 * known.moved[known.names.index(name)]


def test_a_unit_is_found_in_its_own_pattern(noise):
    for name in ("AU1", "AU4", "AU9", "AU12L", "AU20"):
        found = au_decomposition(pattern(name), noise)
        assert found.units[0] == name or found.units[0].rstrip("RL") == name
        assert found.explained_share == pytest.approx(1, abs=1e-5)


def test_expression_share_tells_syllables_from_what_no_syllable_contains(noise):
    for name in ("AU10", "AU17", "AU20", "AU23", "AU25", "AU26"):
        assert au_decomposition(pattern(name), noise).expression_share == pytest.approx(0, abs=1e-3)
    for name in ("AU1", "AU2", "AU4"):
        assert au_decomposition(pattern(name), noise).expression_share > 0.58


def test_only_the_patterns_of_the_noise_model_are_used():
    both, one = NoiseModel(0.3), NoiseModel(0.3, unit_patterns((PULLED,)))
    sculpted = 0.02 * unit_patterns((SCULPTED,)).moved[0]
    assert au_decomposition(sculpted, both).explained_share == pytest.approx(1, abs=1e-5)
    assert au_decomposition(sculpted, one).explained_share < 0.95


def test_the_filter_brings_chance_to_one_and_gives_the_snr(noise):
    found = au_decomposition(pattern("AU12"), noise)
    assert found.filter @ noise.covariance @ found.filter == pytest.approx(1)
    assert found.snr == pytest.approx(pattern("AU12") @ found.filter)


def test_what_no_muscle_does_is_hardly_explained(noise):
    movement = np.random.default_rng(1).normal(0, 0.01, N_CHANNELS)
    assert au_decomposition(movement, noise).explained_share < 0.5


def test_no_movement_has_no_decomposition(noise):
    assert au_decomposition(np.zeros(N_CHANNELS), noise) is None
