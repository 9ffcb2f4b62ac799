"""Descriptors as entrants: on clips, fitted to training subjects, refused where a set has no clips."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from mer_ros.errors import DataError
from mer_ros.evaluation.entrants.checkpoint import CheckpointEntrant
from mer_ros.evaluation.entrants.controls import Linear
from mer_ros.evaluation.protocol import protocol_of
from mer_ros.evaluation.run import evaluate
from mer_ros.progress import SILENT
from mer_ros.recognition import Recogniser, create
from mer_ros.recognition.checkpoint import Checkpoint, ModelCard
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.config import TrainConfig
from mer_ros.training.entrant import TrainingSet
from mer_ros.training.families.choice import family_of

MODELS = {
    "lbp_top": {"descriptor": {"radii": [1, 1, 1], "grid": {"rows": 3, "columns": 1}, "clip": {"frames": 5}}},
    "lbp_sip": {"descriptor": {"radii": [1, 1, 1], "grid": {"rows": 3, "columns": 1}, "clip": {"frames": 5}}},
    "elcbp": {
        "descriptor": {"grid": {"rows": 3, "columns": 1}, "clip": {"frames": 5}},
        "machine": {"kernel": "chi2", "cells": [0.1], "mix_steps": 1, "costs": [1.0]},
    },
}


def entrant(name):
    config = TrainConfig(name, MODELS[name], InputSpec("clip", 36))
    return family_of(config).entrant(config, "cpu")


@pytest.fixture(scope="module")
def clips(make_clips):
    """Clips whose class is the third that slides, of 5 to 8 frames."""
    flow = make_clips(subject_ids=6, each=9)
    rng, crops = np.random.default_rng(0), []
    for label in flow.truth:
        texture = rng.integers(0, 256, (36, 64), np.uint8)
        clip = np.stack([texture[:, :36]] * rng.integers(5, 9))
        rows = slice(12 * label, 12 * label + 12)
        for t, frame in enumerate(clip):
            frame[rows] = texture[rows, t : t + 36]
        crops.append(clip)
    return dataclasses.replace(flow, crops=tuple(crops))


@pytest.mark.parametrize("name", MODELS)
def test_trained_predictions_beat_chance_and_progress_is_reported(name, clips, split_for, recorder):
    system, recorded, held_out = entrant(name), recorder(), clips.subjects == "s03"
    training_set, features = split_for(system, clips, held_out)
    found = system.fit_predict(training_set, features, 0, recorded)
    np.testing.assert_allclose(found.probabilities.sum(1), 1)
    assert (found.probabilities.argmax(1) == clips.truth[held_out]).mean() > 0.7
    assert {"cost", "temperature"} <= set(found.chosen) and json.dumps(system.settings)
    assert recorded.shares == sorted(recorded.shares) and recorded.shares[-1] == 1
    assert system.reads == "clip" and not system.is_control and system.name == name


def test_flow_and_clips_of_the_same_events_stand_in_one_evaluation(clips, tmp_path):
    systems = (Linear(), entrant("lbp_top"))
    found = evaluate(clips, protocol_of("3-fold"), systems, 0, tmp_path)
    assert all(np.isfinite(answers.probabilities).all() for answers in found.predictions)
    again = evaluate(clips, protocol_of("3-fold"), systems, 0, tmp_path)  # from what lies there
    assert np.array_equal(again.predictions[1].probabilities, found.predictions[1].probabilities)


def test_other_clips_are_another_evaluation(clips):
    crops = (clips.crops[0][::-1].copy(), *clips.crops[1:])
    digests = {dataclasses.replace(clips, crops=c).digest() for c in (clips.crops, crops, ())}
    assert len(digests) == 3


def test_flow_images_carry_no_clip_and_that_is_refused_before_any_training(make_clips, tmp_path):
    with pytest.raises(DataError, match="has no input of kind 'clip'"):
        evaluate(make_clips(), protocol_of("loso"), [entrant("lbp_sip")], 0, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_finished_model_answers_clips_as_the_node_would(clips):
    system = create("lbp_top", {**MODELS["lbp_top"], "n_labels": 3})
    learned = entrant("lbp_top")
    features = learned.features(clips.inputs("clip"))
    from mer_ros.training.families.lbp_svm import fit

    system = fit(system, features, clips.truth, clips.subject_ids).system
    model = Recogniser(Checkpoint(system, ModelCard("lbp_top", clips.labels, InputSpec("clip", 36)), "m@0"))
    finished = CheckpointEntrant(model, clips.labels)
    nobody = TrainingSet(np.empty((0, 1)), np.empty(0, np.int64), np.empty(0, str), 3)
    found = finished.fit_predict(nobody, finished.features(clips.inputs("clip")[:4]), 0, SILENT)
    for crops, row in zip(clips.crops, found.probabilities):
        answer = model.predict_sample(model.card.input.read(crops))
        np.testing.assert_allclose(row, answer.probabilities, atol=1e-6)
