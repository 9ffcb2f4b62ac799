"""From an event to an Explanation and its overlay, with small networks of both kinds."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from mer_ros import explanation
from mer_ros.errors import ConfigError, InputError
from mer_ros.explanation.attribution import NOT_A_NUMBER, Attribution
from mer_ros.explanation.faithfulness.trust import MapTrust
from mer_ros.explanation.languages import LANGUAGES
from mer_ros.face.regions import REGIONS
from mer_ros.motion import key_frames, registration
from mer_ros.recognition import sample
from mer_ros.recognition.checkpoint import Calibration, Checkpoint, ModelCard
from mer_ros.recognition.recogniser import Recogniser
from mer_ros.recognition.registry import create
from mer_ros.recognition.sample import InputSpec
from mer_ros.types import EMOTIONS, UNKNOWN, Kind
from mer_ros.visualisation import overlay
from mer_ros.visualisation.overlay import HEIGHT, WIDTH

NARROW = {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}


def recogniser(name="prototype", kind="flow", calibration=None) -> Recogniser:
    torch.manual_seed(0)
    system = create(name, {"backbone": NARROW}).eval().requires_grad_(False)
    if name == "prototype":
        system.prototypes *= 50  # apart enough that each decodes to a movement of its own
    card = ModelCard(name, EMOTIONS, InputSpec(kind, 56), calibration or Calibration(rejection_distance=1e6))
    return Recogniser(Checkpoint(system, card, f"{name}@0123456789ab"))


@pytest.mark.parametrize("name", ["prototype", "micro_attention"])
@pytest.mark.parametrize("kind", ["flow", "apex"])
def test_an_explanation_is_whole(make_event, name, kind):
    model, event = recogniser(name, kind), make_event()
    prediction = model.predict(event)
    found = explanation.Explainer(model).explain(event, prediction)
    assert (found.label, found.model) == (prediction.label, model.model_id)
    assert found.heatmap.shape == (128, 128) and found.heatmap.dtype == np.float32
    assert found.heatmap.min() >= 0 and found.heatmap.max() in (0, 1)
    assert found.regions == REGIONS and found.relevance.sum() == pytest.approx(
        float(found.heatmap.any()), abs=1e-5
    )
    assert found.action_units[int(found.action_unit_probability.argmax())] == "AU12"
    assert "lip corners pulled up, AU12, " in found.text
    named = ~np.isnan(found.action_unit_px).any(1)
    assert (named == (found.action_unit_probability > 0.5)).sum() >= len(named) - 1  # two are named at most
    px = found.action_unit_px[found.action_units.index("AU12")]
    assert (px > 1).all() and (px < 2.5).all()  # of 2 px
    assert found.map_warning in ("", "unstable") and found.inside_face <= found.inside_face_ceiling + 1e-6
    assert np.isfinite(found.inside_face) and prediction.best_label in found.text
    if name == "prototype":
        assert found.prototype.kind == kind and found.prototype.data.shape == (3, 56, 56)
        assert found.prototype.data.dtype == np.float32 and not found.prototype.data.flags.writeable
    else:
        assert found.prototype is None
    assert overlay(event, prediction, found).shape == (HEIGHT, WIDTH, 3)


def test_the_prototype_is_the_labels_nearest_and_decoded_once(make_event):
    model, event = recogniser(), make_event()
    explainer = explanation.Explainer(model)
    decoded = []
    for label in EMOTIONS:
        probabilities = np.array([float(label == other) for other in EMOTIONS], np.float32)
        prediction = dataclasses.replace(model.predict(event), label=label, probabilities=probabilities)
        decoded.append(explainer.explain(event, prediction).prototype)
        assert explainer.explain(event, prediction).prototype is decoded[-1]
    assert len({prototype.data.tobytes() for prototype in decoded}) == len(EMOTIONS)
    card, system = model.card, model.system
    np.testing.assert_array_equal(decoded[3].data, card.input.unscale(system.decode(3).numpy()))


@pytest.mark.parametrize("name", ["prototype", "micro_attention"])
@pytest.mark.parametrize("kind", ["flow", "apex"])
def test_the_flow_is_computed_once_for_an_explained_and_drawn_event(make_event, monkeypatch, name, kind):
    """By the action units, the model's own input and the overlay together."""
    model, event = recogniser(name, kind), make_event()
    prediction = model.predict(event)
    calls, compute = [], registration.residual_flows
    for module in (registration, key_frames):  # ``residual_flow`` calls it too
        monkeypatch.setattr(module, "residual_flows", lambda *faces: calls.append(faces) or compute(*faces))
    found = explanation.Explainer(model).explain(event, prediction)
    overlay(event, prediction, found)
    assert len(calls) == 1
    assert found.flow.shape == (2, 128, 128) and found.flow.dtype == np.float32
    np.testing.assert_array_equal(found.flow, sample.event_flow(event))


def test_a_rejected_event_is_explained_by_its_best_label(make_event):
    model, event = recogniser(calibration=Calibration(rejection_distance=1e-6)), make_event(kind=Kind.UNKNOWN)
    prediction = model.predict(event)
    assert prediction.label == UNKNOWN
    found = explanation.Explainer(model).explain(event, prediction)
    assert "not labelled" in found.text and found.prototype is not None
    assert overlay(event, prediction, found).dtype == np.uint8


def test_a_face_that_does_not_move_gives_numbers(make_event):
    event = make_event(amplitude_px=0.0)
    model = recogniser()
    found = explanation.Explainer(model).explain(event, model.predict(event))
    assert np.isfinite(found.heatmap).all() and found.action_unit_probability.max() < 1
    overlay(event, model.predict(event), found)


def test_another_models_prediction_is_refused(make_event):
    model, event = recogniser(), make_event()
    other = dataclasses.replace(model.predict(event), labels=("a", "b"), model="other@1")
    with pytest.raises(InputError, match="'other@1'.*'prototype@0123456789ab'"):
        explanation.Explainer(model).explain(event, other)


def test_fault_55_explaining_changes_no_answer(make_event):
    model, event = recogniser(), make_event()
    before = model.predict(event)
    explanation.Explainer(model).explain(event, before)
    assert np.array_equal(model.predict(event).probabilities, before.probabilities)


@pytest.mark.parametrize("language", LANGUAGES.names)
def test_an_explanation_in_every_language(make_event, language):
    model, event = recogniser(), make_event()
    prediction = model.predict(event)
    found = explanation.Explainer(model, language=language).explain(event, prediction)
    phrases = LANGUAGES.get(language)
    assert found.language == language and phrases.units["AU12"] in found.text
    assert phrases.label(prediction.best_label) in found.text
    assert overlay(event, prediction, found).any()


@pytest.mark.parametrize("language", LANGUAGES.names)
def test_a_map_without_numbers_is_named_in_every_language(make_event, monkeypatch, language):
    model, event = recogniser(), make_event()
    empty = Attribution(np.zeros((7, 7)), model.system(torch.zeros(1, 3, 56, 56)), NOT_A_NUMBER)
    monkeypatch.setattr(
        "mer_ros.explanation.explainer.trusted_attribution", lambda *given: (empty, MapTrust(0, 0, 0))
    )
    found = explanation.Explainer(model, language=language).explain(event, model.predict(event))
    assert found.text.endswith(LANGUAGES.get(language).remark(NOT_A_NUMBER))
    assert language == "en" or "gradients" not in found.text


def test_a_language_that_is_not_in_the_catalogue_is_refused_at_once():
    with pytest.raises(ConfigError, match="No language is named 'fr'"):
        explanation.Explainer(recogniser(), language="fr")


def test_an_unstable_map_is_named_in_the_text(make_event):
    model, event = recogniser("micro_attention"), make_event(amplitude_px=0.0)
    flat = dataclasses.replace(event, apex_face=event.onset_face)
    found = explanation.Explainer(model).explain(flat, model.predict(flat))
    assert found.map_warning == "unstable" and "The heat map is unstable" in found.text
