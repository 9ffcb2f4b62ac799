"""models/me_plan.safetensors: size, card, and golden answers to movements over time made of action units."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from mer_ros import files
from mer_ros.face.au_templates import action_unit_templates
from mer_ros.recognition.recogniser import Recogniser
from mer_ros.types import EMOTIONS, Sample

GOLDEN = {
    "happiness": ("AU6", "AU12"),
    "sadness": ("AU15", "AU17"),
    "surprise": ("AU1", "AU2"),
    "disgust": ("AU9", "AU10"),
}
"""Movements that one emotion alone is made of."""

PATH = files.models_dir() / "me_plan.safetensors"
CARD = (PATH.parent / "MODEL_CARD.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def model():
    return Recogniser.load(PATH)


def shown(units, peak=5, still_after=12):
    """(12, 2, 128, 128) the units' movement, most at moment ``peak``, 1.5 px at most."""
    names, fields = action_unit_templates(128)
    flow = np.sum([fields[names.index(unit)] for unit in units], axis=0)
    flow = 1.5 * flow / np.hypot(*flow).max()
    level = np.interp(np.arange(12), [-1, peak, still_after], [0, 1, 0]).astype(np.float32)
    return level[:, None, None, None] * flow.astype(np.float32)


def test_it_is_small_and_the_card_names_it():
    assert PATH.stat().st_size <= 4e6
    digest = hashlib.sha256(PATH.read_bytes()).hexdigest()
    assert any("me_plan.safetensors" in line and digest in line for line in CARD.splitlines())


def test_it_states_its_origin(model):
    card = model.card
    assert card.labels == EMOTIONS and card.licence == "Apache-2.0"
    assert (card.input.kind, card.input.frames) == ("sequence", 8)
    assert {"subjects", "samples", "seed", "protocol", "scores", "generator"} <= set(card.training)
    assert card.calibration.rejection_distance > 0


@pytest.mark.parametrize("label", sorted(GOLDEN))
@pytest.mark.parametrize("peak", [3, 5, 8])
def test_fault_48_golden_answers_wherever_the_apex_lies(model, label, peak):
    sample = model.card.input.read(shown(GOLDEN[label], peak))
    answer = model.predict_sample(sample)
    assert answer.best_label == label and answer.confidence > 0.5
    assert isinstance(sample, Sample) and answer.prototype_distances.argmin() == EMOTIONS.index(label)


def test_the_mirrored_movement_has_the_same_label(model):
    from mer_ros.motion.normalisation import mirror_flow

    for units in GOLDEN.values():
        data = model.card.input.read(shown(units)).data
        both = [model.predict_sample(Sample("sequence", x)) for x in (data, mirror_flow(data))]
        assert both[0].best_label == both[1].best_label
