"""Heads on frozen networks: features, votes by hand, refusals, and the system that holds them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from mer_ros.errors import ConfigError
from mer_ros.recognition import checkpoint
from mer_ros.recognition.checkpoint import Calibration, ModelCard
from mer_ros.recognition.mirror_averaging import mirrored
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.systems.probe import Probe, ProbeConfig
from mer_ros.training.config import ProbeTraining, TrainConfig
from mer_ros.training.probe_heads import (
    ProbeFeatures,
    ProbeHeads,
    extract_features,
    fit_heads,
    frozen_probe,
    head_calibration,
    set_heads,
)
from mer_ros.training.residual_head import ResidualHead
from mer_ros.types import EMOTIONS

SPEC, CPU = InputSpec("flow", 24), torch.device("cpu")
CONFIG = TrainConfig("probe", input=SPEC, start=("a",), probe=ProbeTraining(grid=2, untrained=4))


TWO_STRENGTHS = ProbeTraining(strengths=(0.01, 10.0))


def a_head(weight, bias, gain=1.0, strength=1.0):
    return ResidualHead(np.array(weight, float), np.array(bias, float), gain, strength)


@pytest.fixture
def known():
    """Two sets of features of two samples; the second votes without the prior."""
    prior = np.log([[0.8, 0.2], [0.5, 0.5]]).astype(np.float32)
    features = (np.array([[0.0], [1.0]], np.float32), np.array([[2.0, 0.0], [0.0, 0.0]], np.float32))
    return ProbeFeatures(prior, features, (False, True))


def test_a_feature_set_that_votes_without_the_prior_gets_none(known):
    (first, _), (second, features) = known.sets()
    np.testing.assert_allclose(first, known.prior)
    assert not second.any() and second.shape == (2, 2)
    assert first.dtype == second.dtype == features.dtype == np.float64


def test_the_votes_of_heads_by_hand():
    """The logits are the mean of the log-probabilities, sample by sample."""
    found = ProbeFeatures(np.zeros((1, 2), np.float32), (np.ones((1, 1), np.float32),) * 2, (False, True))
    heads = ProbeHeads((a_head([[np.log(3), 0]], [0, 0]), a_head([[0, 0]], [0, np.log(4)])), np.zeros((0, 2)))
    expected = (np.log([0.75, 0.25]) + np.log([0.2, 0.8])) / 2
    np.testing.assert_allclose(heads(found), expected[None])


def test_heads_of_zeros_answer_as_the_prior_where_it_votes(known):
    silent = ProbeHeads((a_head([[0, 0]], [0, 0]), a_head(np.zeros((2, 2)), [0, 0])), np.zeros((0, 2)))
    expected = (np.log([[0.8, 0.2], [0.5, 0.5]]) + np.log(0.5)) / 2
    np.testing.assert_allclose(silent(known), expected, rtol=1e-6)


def test_chosen_strengths_are_numbered():
    heads = ProbeHeads(
        (a_head([[0]], [0], strength=0.1), a_head([[0]], [0], strength=10.0)), np.zeros((0, 1))
    )
    assert heads.chosen == {"strength_1": 0.1, "strength_2": 10.0}


@pytest.fixture(scope="module")
def probe(starts):
    return frozen_probe(replace(CONFIG, start=tuple(starts.values())), EMOTIONS, CPU)


def test_a_probe_of_no_network_is_refused():
    config = TrainConfig("probe", input=SPEC)
    with pytest.raises(ConfigError, match="name one or more checkpoints as 'start'"):
        frozen_probe(config, EMOTIONS, CPU)


def test_a_probe_takes_weights_and_temperatures_of_its_networks(starts, tmp_path):
    source = checkpoint.load(Path(starts["micro_attention"])).system
    warm = tmp_path / "warm.safetensors"
    checkpoint.save(warm, source, ModelCard("micro_attention", EMOTIONS, SPEC, Calibration(2.5)))
    system = frozen_probe(replace(CONFIG, start=(str(warm),)), EMOTIONS, CPU)
    assert system.temperatures.tolist() == [2.5] and not system.training
    assert torch.equal(system.translation, torch.eye(7))
    state = system.members[0].state_dict()
    assert all(torch.equal(state[name], value) for name, value in source.state_dict().items())


def test_labels_that_no_network_has_get_no_prior(starts):
    system = frozen_probe(replace(CONFIG, start=(starts["prototype"],)), ("calm", "storm"), CPU)
    assert system.translation.shape == (7, 2) and not system.translation.any()


def test_the_given_layers_are_read(starts):
    training = ProbeTraining(layers=("trunk.layer1", "trunk.layer4"), grid=2, untrained=0)
    system = frozen_probe(replace(CONFIG, start=(starts["prototype"],), probe=training), EMOTIONS, CPU)
    assert system.feature_sizes == [8 * 4, 16 * 4] and system.without_prior == (False, False)


def test_features_of_many_batches_keep_their_order(recorder):
    """Random features alone: 70 samples are two batches."""
    system, observer = Probe(ProbeConfig(3, grid=2, untrained=2)), recorder()
    x = torch.randn(70, 3, 28, 28, generator=torch.Generator().manual_seed(0))
    found = extract_features(system, x, False, observer)
    assert found.prior.shape == (70, 3) and [own.shape for own in found.features] == [(70, 8)]
    assert found.without_prior == (True,)
    last = extract_features(system, x[69:], False)
    np.testing.assert_allclose(found.features[0][69:], last.features[0], rtol=1e-5)
    assert observer.totals == {"computing features": 2} and observer.done("computing features") == [1, 2]


def test_with_mirroring_a_sample_and_its_mirror_image_have_the_same_features(probe):
    x = torch.randn(2, 3, 24, 24, generator=torch.Generator().manual_seed(0))
    one, other = extract_features(probe, x, True), extract_features(probe, mirrored(x), True)
    for mine, theirs in zip((one.prior, *one.features), (other.prior, *other.features), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-4)
    plain, image = extract_features(probe, x, False), extract_features(probe, mirrored(x), False)
    np.testing.assert_allclose(one.features[0], (plain.features[0] + image.features[0]) / 2, atol=1e-5)


def test_a_system_with_heads_answers_as_the_heads_do(starts):
    system = frozen_probe(replace(CONFIG, start=tuple(starts.values())), EMOTIONS, CPU)
    rng = np.random.default_rng(0)
    heads = [
        a_head(rng.normal(0, 0.1, (size, 7)), rng.normal(size=7), 0.5 + i)
        for i, size in enumerate(system.feature_sizes)
    ]
    votes = ProbeHeads(tuple(heads), np.zeros((0, 7)))
    set_heads(system, votes)
    assert system.gains.tolist() == [0.5, 1.5, 0.0]  # the untrained features vote without the prior
    x = torch.randn(3, 3, 24, 24, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        found = system(x).logits.numpy()
    np.testing.assert_allclose(found, votes(extract_features(system, x, False)), atol=1e-3)


def test_each_set_of_features_gets_a_head_and_held_out_votes_are_averaged(recorder):
    """The class is the sign of the first set; the second is constant and says nothing."""
    truth, subject_ids = np.arange(24) % 2, np.array([f"p{i // 4}" for i in range(24)])
    first = (2.0 * truth - 1)[:, None].astype(np.float32)
    found = ProbeFeatures(np.zeros((24, 2), np.float32), (first, np.ones((24, 3), np.float32)), (False, True))
    observer = recorder()
    heads = fit_heads(found, truth, subject_ids, TWO_STRENGTHS, 0, observer)
    assert [head.weight.shape for head in heads.heads] == [(1, 2), (3, 2)]
    assert heads.chosen["strength_1"] == 10.0
    assert (heads.held_out.argmax(1) == truth).all() and (heads(found).argmax(1) == truth).all()
    alone = fit_heads(ProbeFeatures(found.prior, (first,), (False,)), truth, subject_ids, TWO_STRENGTHS, 0)
    np.testing.assert_allclose(heads.held_out, (alone.held_out + np.log(0.5)) / 2, atol=1e-2)
    assert observer.totals == {"fitting heads": 2} and observer.done("fitting heads") == [1, 2]


@pytest.mark.parametrize("mirror", [True, False])
def test_the_calibration_has_a_confidence_limit_and_no_distance(mirror):
    held_out = np.log([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.3, 0.7]])
    heads = ProbeHeads((), held_out)
    config = replace(CONFIG, mirror=mirror, rejection_share=0.25)
    found = head_calibration(heads, np.array([0, 1, 1, 1]), config)
    assert found.mirror is mirror and found.rejection_distance == 0 and 0 < found.rejection_confidence <= 0.5
    config = replace(config, rejection_share=0.0)
    assert head_calibration(heads, np.array([0, 1, 1, 1]), config).rejection_confidence == 0
