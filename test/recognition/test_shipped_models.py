"""The checkpoints in models/: size, labels, card, and golden answers to movements made of action units."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from mer_ros import files
from mer_ros.face.au_templates import action_unit_templates
from mer_ros.motion.normalisation import normalise_flow
from mer_ros.recognition.recogniser import Recogniser
from mer_ros.types import EMOTIONS, Sample

GOLDEN = {
    "happiness": ("AU6", "AU12"),
    "sadness": ("AU15", "AU17"),
    "surprise": ("AU1", "AU2"),
    "fear": ("AU20",),
    "anger": ("AU7",),
    "disgust": ("AU9", "AU10"),
}
"""Movements that one emotion alone is made of; contempt shows on one side only and is not among them."""


@pytest.fixture(scope="module", params=["linear_prototype", "prototype", "micro_attention"])
def path(request):
    return files.models_dir() / f"{request.param}.safetensors"


@pytest.fixture(scope="module")
def model(path):
    return Recogniser.load(path)


def test_it_is_small_and_the_card_names_it(path):
    assert path.stat().st_size <= 32e6
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    card = (path.parent / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert any(path.name in line and digest in line for line in card.splitlines())


def test_it_states_its_origin(model, path):
    card = model.card
    assert card.labels == EMOTIONS and card.input.kind == "flow" and card.licence == "Apache-2.0"
    words = " ".join((path.parent / "MODEL_CARD.md").read_text(encoding="utf-8").split())
    assert f"generator version **{card.training['generator']}**" in words
    assert {"subjects", "samples", "seed", "protocol", "scores"} <= set(card.training)


@pytest.mark.parametrize("label", sorted(GOLDEN))
def test_fault_48_golden_answers(model, label):
    names, fields = action_unit_templates(128)
    flow = np.sum([fields[names.index(unit)] for unit in GOLDEN[label]], axis=0)
    answer = model.predict_sample(Sample("flow", normalise_flow(flow, model.card.input.size)))
    assert answer.label == label and answer.confidence > 0.5
