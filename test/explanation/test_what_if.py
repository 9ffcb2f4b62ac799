"""The smallest change of one part of the face that changes the label."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from mer_ros import files
from mer_ros.explanation.languages import LANGUAGES
from mer_ros.explanation.what_if import PARTS, WhatIf, what_if
from mer_ros.face.regions import REGIONS, region_masks
from mer_ros.recognition import Recogniser
from mer_ros.recognition.system import ModelOutput

LABELS = ("mouth", "brows")


@pytest.fixture
def recogniser():
    """The shipped model with another system in it: a label for the movement above, one for that below."""

    class Halves(torch.nn.Module):
        def forward(self, x):
            length = x[:, :2].square().sum(1)
            half = length.shape[-1] // 2
            above, below = length[:, :half].sum((1, 2)), length[:, half:].sum((1, 2))
            share = above / (above + below + 1e-9)
            return ModelOutput(torch.stack([(1 - share) * 10, share * 10], 1))

    found = Recogniser.load(files.models_dir() / "linear_prototype.safetensors")
    found.system = Halves()
    calibration = replace(found.card.calibration, temperature=1.0, mirror=False)
    found.card = replace(found.card, labels=LABELS, calibration=calibration)
    return found


@pytest.fixture
def event(make_event, landmarks):
    return replace(make_event(), landmarks=landmarks)


def moving(landmarks, **sizes):
    """Upward movement of regions by so many pixels."""
    masks = region_masks(landmarks, 128)
    flow = np.zeros((2, 128, 128), np.float32)
    for name, size in sizes.items():
        flow[1][masks[REGIONS.index(name.replace("_", " "))]] = -size
    return flow


def asked(recogniser, event, flow):
    return what_if(recogniser, event, recogniser.predict_sample(recogniser.sample(event, flow)), flow)


def test_it_names_the_part_whose_movement_decides(recogniser, event, landmarks):
    flow = moving(landmarks, mouth=1.0, right_brow=2.0)
    found = asked(recogniser, event, flow)
    assert found.second == "brows" and found.flips and found.changed_probability > 0.5 > found.probability
    assert (found.part, found.factor) in {("mouth", 0.0), ("right brow", 2.0), ("brows", 2.0)}
    changed = flow.copy()
    masks = region_masks(landmarks, 128)[list(PARTS[found.part])].any(0)
    changed[:, masks] *= found.factor
    again = recogniser.predict_sample(recogniser.sample(event, changed))
    assert again.best_label == found.second, "the change that it names does change the label"
    assert found.text.startswith("The label would be brows (")


def test_without_such_a_part_it_says_so(recogniser, event, landmarks):
    found = asked(recogniser, event, moving(landmarks, mouth=3.0, chin=3.0, forehead=0.1))
    assert found.second == "brows" and not found.flips and found.changed_probability < 0.5
    assert "no single part of the face decides between the two" in found.text


def test_nothing_moves(recogniser, event, landmarks):
    found = asked(recogniser, event, moving(landmarks))
    assert found.part == "" and found.text == f"The second label is {found.second} ({found.probability:.0%})."


def test_a_model_that_reads_no_flow_has_no_part(recogniser, event, landmarks):
    flow = moving(landmarks, mouth=1.0)
    prediction = recogniser.predict_sample(recogniser.sample(event, flow))
    recogniser.card = replace(recogniser.card, input=replace(recogniser.card.input, kind="apex"))
    assert what_if(recogniser, event, prediction, flow).part == ""


def test_a_single_label_has_no_second(recogniser, event, landmarks):
    flow = moving(landmarks, mouth=1.0)
    prediction = recogniser.predict_sample(recogniser.sample(event, flow))
    single = replace(prediction, labels=("mouth",), probabilities=np.ones(1, np.float32))
    assert what_if(recogniser, event, single, flow) is None


@pytest.mark.parametrize("language", LANGUAGES.names)
def test_every_sentence_is_in_the_language_of_the_explanation(recogniser, event, landmarks, language):
    flow = moving(landmarks, mouth=1.0, right_brow=2.0)
    prediction = recogniser.predict_sample(recogniser.sample(event, flow))
    found = what_if(recogniser, event, prediction, flow, language)
    phrases = LANGUAGES.get(language)
    assert phrases.part_of_face(found.part) in found.text
    for one in (found, replace(found, flips=False), replace(found, part="")):
        anger = replace(one, second="anger")
        assert phrases.label("anger") in anger.text and anger.language == language
        assert language == "en" or not {"label", "the", "anger"} & set(anger.text.split())


@pytest.mark.parametrize(
    ("factor", "words"), [(0.0, "if the nose did not move."), (2.0, "if the nose moved twice as much.")]
)
def test_the_change_in_words(factor, words):
    found = WhatIf("anger", 0.3, "nose", factor, 0.1, 0.52, True)
    assert found.text == f"The label would be anger (52%) {words}"
