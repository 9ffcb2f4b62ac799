"""Movements taken apart into action units."""

import numpy as np
import pytest

from mer_ros.spotting.au_decomposition import au_decomposition
from mer_ros.spotting.measurement import N_CHANNELS
from mer_ros.spotting.noise_model import NoiseModel
from mer_ros.spotting.unit_patterns import unit_patterns


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


def test_the_mouth_is_distinguished_from_the_brows(noise):
    assert au_decomposition(pattern("AU12"), noise).mouth_share == pytest.approx(1, abs=1e-5)
    assert au_decomposition(pattern("AU1"), noise).mouth_share == pytest.approx(0, abs=1e-5)
    both = au_decomposition(pattern("AU1") + pattern("AU12"), noise)
    assert 0.2 < both.mouth_share < 0.8


def test_a_jaw_that_drops_is_speech_and_a_smile_is_not(noise):
    assert au_decomposition(pattern("AU26"), noise).speech_share > 0.4
    assert au_decomposition(pattern("AU12"), noise).speech_share == pytest.approx(0, abs=1e-3)


def test_expression_share_is_zero_for_units_of_speech_only(noise):
    for name in ("AU10", "AU17", "AU20", "AU23", "AU25", "AU26"):
        assert au_decomposition(pattern(name), noise).expression_share == pytest.approx(0, abs=1e-3)
    for name in ("AU1", "AU4", "AU12", "AU14R"):
        assert au_decomposition(pattern(name), noise).expression_share > 0.58


def test_the_filter_brings_chance_to_one_and_gives_the_snr(noise):
    found = au_decomposition(pattern("AU12"), noise)
    assert found.filter @ noise.covariance @ found.filter == pytest.approx(1)
    assert found.snr == pytest.approx(pattern("AU12") @ found.filter)


def test_what_no_muscle_does_is_hardly_explained(noise):
    movement = np.random.default_rng(1).normal(0, 0.01, N_CHANNELS)
    assert au_decomposition(movement, noise).explained_share < 0.5


def test_no_movement_has_no_decomposition(noise):
    assert au_decomposition(np.zeros(N_CHANNELS), noise) is None
