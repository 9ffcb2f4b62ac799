"""Entrants: the settings that identify a stored prediction, normalised and symmetric samples."""

from __future__ import annotations

import json

import numpy as np
import pytest

from mer_ros.motion.normalisation import mirror_flow
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.entrant import Entrant, fold_settings, normalised, symmetric

BASE = TrainConfig("prototype")


@pytest.mark.parametrize(
    "change", [{"samples": 9}, {"validation_samples": 9}, {"seed": 5}, {"rejection_quantile": 0.5}]
)
def test_settings_without_effect_on_a_fold_are_left_out(change):
    assert fold_settings(TrainConfig("prototype", **change)) == fold_settings(BASE)


@pytest.mark.parametrize(
    "change",
    [
        {"optimiser": OptimiserConfig(epochs=3)},
        {"model": {"margin": 2.0}},
        {"input": InputSpec("flow", 32)},
        {"start": ("a",)},
        {"ensemble": 2},
        {"mirror": False},
    ],
)
def test_settings_with_an_effect_are_kept(change):
    assert fold_settings(TrainConfig("prototype", **change)) != fold_settings(BASE)


def test_the_settings_can_be_written_as_json_and_read_again():
    settings = fold_settings(TrainConfig("prototype", start=("a", "b")))
    assert json.loads(json.dumps(settings))["start"] == ["a", "b"]


def test_samples_are_normalised_one_by_one():
    flow = np.random.default_rng(0).normal(size=(3, 2, 20, 20)).astype(np.float32)
    whole = normalised(flow, 16)
    assert whole.shape == (3, 3, 16, 16) and whole.dtype == np.float32
    np.testing.assert_array_equal(normalised(flow[1:2], 16)[0], whole[1])
    flow[0] = 0
    np.testing.assert_array_equal(normalised(flow, 16)[1:], whole[1:])
    assert not normalised(flow, 16)[0].any()  # no movement


def test_a_symmetric_sample_by_hand():
    """u is averaged with the negated, v and strain with the plain mirror image."""
    sample = np.array([[[1, 3]], [[2, 4]], [[5, 7]]], np.float32)[None]  # (1, 3, 1, 2)
    assert symmetric(sample).tolist() == [[[[-1, 1]], [[3, 3]], [[6, 6]]]]
    assert sample[0, 0].tolist() == [[1, 3]]


def test_a_sample_and_its_mirror_image_have_the_same_symmetric_sample():
    samples = np.random.default_rng(1).normal(size=(4, 3, 6, 6)).astype(np.float32)
    np.testing.assert_allclose(symmetric(mirror_flow(samples)), symmetric(samples), atol=1e-6)


def test_an_entrant_must_define_its_features_and_its_predictions():
    class Empty(Entrant):
        name = "empty"

    with pytest.raises(TypeError, match="features.*fit_predict"):
        Empty()


def test_what_most_entrants_need_not_define():
    class Small(Entrant):
        name = "small"

        def features(self, inputs):
            return inputs

        def fit_predict(self, training_set, test, seed, progress):
            raise NotImplementedError

    small = Small()
    small.set_labels(("a", "b"))
    assert (small.settings, small.is_control, small.reads) == ({}, False, "flow")
