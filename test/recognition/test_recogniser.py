"""Outputs of a network are converted to answers: confidence, distances, rejection."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from mer_ros.errors import ConfigError
from mer_ros.recognition import checkpoint
from mer_ros.recognition.checkpoint import Calibration, Checkpoint, ModelCard
from mer_ros.recognition.recogniser import (
    NOT_A_NUMBER,
    TOO_FAR,
    TOO_UNSURE,
    Limits,
    Recogniser,
    device_of,
)
from mer_ros.recognition.registry import create
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.system import ModelOutput
from mer_ros.types import UNKNOWN, Sample

SETTINGS = {"n_labels": 2, "backbone": {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}}
LABELS = ("up", "down")


def recogniser(calibration=None, name="micro_attention") -> Recogniser:
    torch.manual_seed(0)
    settings = {**SETTINGS, **({"size": 16, "decoder_width": 16} if name == "prototype" else {})}
    card = ModelCard(name, LABELS, InputSpec("flow", 16), calibration or Calibration())
    return Recogniser(Checkpoint(create(name, settings).eval(), card, "toy@0"))


def far(*distances: float) -> ModelOutput:
    logits = -torch.tensor([distances])
    return ModelOutput(logits, distances=-logits)


def test_probabilities_are_a_softmax_at_the_stored_temperature():
    answer = recogniser(Calibration(temperature=2.0)).interpret(ModelOutput(torch.tensor([[2.0, 0.0]])))
    assert answer.probabilities.tolist() == pytest.approx([math.e / (1 + math.e), 1 / (1 + math.e)])
    assert (answer.label, answer.best_label, answer.model, answer.reason) == ("up", "up", "toy@0", "")
    assert answer.confidence == pytest.approx(math.e / (1 + math.e))
    assert math.isnan(answer.prototype_distance) and math.isnan(answer.rejection_distance)
    assert answer.prototype_distances.size == 0


def test_distances_are_reported_and_judged():
    model = recogniser(Calibration(rejection_distance=4.0))
    near = model.interpret(far(3.0, 1.0))
    assert (near.label, near.prototype_distance, near.rejection_distance) == ("down", 1.0, 4.0)
    assert near.prototype_distances.tolist() == [3, 1]
    beyond = model.interpret(far(5.0, 9.0))
    assert (beyond.label, beyond.reason, beyond.best_label) == (UNKNOWN, TOO_FAR, "up")
    assert model.interpret(far(4.0, 9.0)).label == "up"  # on the limit is within it


def test_no_limit_is_an_infinite_one():
    answer = recogniser().interpret(far(1e6, 2e6))
    assert answer.label == "up" and math.isinf(answer.rejection_distance)


def test_too_little_confidence_is_unknown():
    answer = recogniser(Calibration(rejection_confidence=0.6)).interpret(
        ModelOutput(torch.tensor([[0.1, 0.0]]))
    )
    assert (answer.label, answer.reason) == (UNKNOWN, TOO_UNSURE) and 0.5 < answer.confidence < 0.6


@pytest.mark.parametrize("output", [ModelOutput(torch.full((1, 2), torch.nan)), far(math.nan, 1.0)])
def test_fault_49_an_output_that_is_not_a_number_is_unknown(output):
    answer = recogniser().interpret(output)
    assert (answer.label, answer.reason, answer.confidence) == (UNKNOWN, NOT_A_NUMBER, 0.0)
    assert answer.probabilities.sum() == pytest.approx(1)


@pytest.mark.parametrize("name", ["micro_attention", "prototype"])
def test_a_saved_model_gives_the_same_predictions(tmp_path, name):
    model = recogniser(name=name)
    path = tmp_path / "toy.safetensors"
    model_id = checkpoint.save(path, model.system, model.card)
    loaded = Recogniser.load(str(path))
    assert (loaded.model_id, loaded.labels, loaded.input_kind) == (model_id, LABELS, "flow")
    sample = Sample("flow", np.random.default_rng(0).normal(size=(3, 16, 16)).astype(np.float32))
    before, after = model.predict_sample(sample), loaded.predict_sample(sample)
    np.testing.assert_allclose(after.probabilities, before.probabilities, atol=5e-3)
    assert after.label == before.label


def test_fault_50_cuda_is_refused_where_it_is_absent(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match="'cuda' but this machine has no working GPU"):
        device_of("cuda")
    assert device_of("auto") == device_of("cpu") == torch.device("cpu")
    with pytest.raises(ConfigError, match="'tpu'"):
        device_of("tpu")


def test_limits_of_the_user_replace_those_of_the_model_and_zero_restores_them():
    model = recogniser(Calibration(rejection_distance=4.0, rejection_confidence=0.3))
    unsure = ModelOutput(torch.tensor([[0.1, 0.0]]))
    assert model.interpret(far(3.0, 9.0)).label == "up" and model.interpret(unsure).label == "up"
    model.limits = Limits(min_confidence=0.9, max_distance=2.0)
    beyond = model.interpret(far(3.0, 9.0))
    assert (beyond.label, beyond.reason, beyond.rejection_distance) == (UNKNOWN, TOO_FAR, 2.0)
    assert model.interpret(unsure).reason == TOO_UNSURE
    model.limits = Limits(min_confidence=0.1, max_distance=20.0)
    assert model.interpret(far(19.0, 30.0)).label == "up", "the limit of the user is wider"
    model.limits = Limits()
    assert model.interpret(far(19.0, 30.0)).rejection_distance == 4.0
