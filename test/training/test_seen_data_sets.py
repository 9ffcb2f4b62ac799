"""Data sets that weights were trained on."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from mer_ros.errors import ConfigError
from mer_ros.evaluation.entrants.checkpoint import FINISHED, UNSTATED, CheckpointEntrant
from mer_ros.evaluation.protocol import protocol_of
from mer_ros.evaluation.run import evaluate
from mer_ros.recognition import Recogniser, checkpoint, create
from mer_ros.recognition.checkpoint import ModelCard
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.config import TrainConfig
from mer_ros.training.run import train
from mer_ros.training.seen_data_sets import names_of, seen_by_start
from mer_ros.training.settings_file import default

FLOW = InputSpec("flow", 28)


@pytest.fixture(scope="module")
def mmew(make_clips):
    clips = make_clips(subject_ids=6, datasets=("mmew-macro",))
    return dataclasses.replace(clips, cohorts=np.full(len(clips), "mmew"))


@pytest.fixture(scope="module")
def trained(mmew, tmp_path_factory):
    out = tmp_path_factory.mktemp("models") / "mine.safetensors"
    train(default("linear"), out, "cpu", clips=mmew)
    return out


def test_a_trained_model_states_its_data_sets_and_their_people(trained):
    assert checkpoint.load(trained).card.datasets == ("mmew", "mmew-macro")


@pytest.mark.parametrize("data", ["mmew", "mmew-macro", "MMEW "])
def test_a_model_is_not_tested_on_the_people_it_was_trained_on(data, trained, make_clips, tmp_path):
    clips = make_clips(subject_ids=4, datasets=(data,))
    entrant = CheckpointEntrant(Recogniser.load(trained), clips.labels)
    with pytest.raises(ConfigError, match="were trained on 'mmew.*', whose people are evaluated"):
        evaluate(clips, protocol_of("2-fold"), [entrant], 0, tmp_path)


def test_another_data_set_is_evaluated(trained, make_clips, tmp_path):
    clips = make_clips(subject_ids=4, datasets=("samm",))
    entrant = CheckpointEntrant(Recogniser.load(trained), clips.labels)
    assert evaluate(clips, protocol_of("2-fold"), [entrant], 0, tmp_path).predictions[0].choices == FINISHED


def test_synthetic_clips_of_the_name_of_a_data_set_are_others(mmew):
    assert names_of(mmew) == {"mmew", "mmew-macro"}
    synthetic = dataclasses.replace(mmew, synthetic=True)
    assert names_of(synthetic) == {"synthetic mmew", "synthetic mmew-macro"}


def test_weights_bring_along_the_data_sets_of_their_start(trained, tmp_path):
    silent = tmp_path / "silent.safetensors"
    checkpoint.save(silent, create("linear", {"n_labels": 3}), ModelCard("linear", ("a", "b", "c"), FLOW))
    assert seen_by_start(TrainConfig("votes", start=(str(trained),))) == ("mmew", "mmew-macro")
    assert seen_by_start(TrainConfig("votes", start=(str(trained), str(silent)))) is None
    assert seen_by_start(TrainConfig("prototype")) == ()


@pytest.mark.parametrize(
    ("training", "datasets", "choices"),
    [
        ({"generator": "2.0"}, (), FINISHED),
        ({"generator": "2.0", "start": []}, (), FINISHED),
        ({"generator": "2.0", "start": ["x"]}, None, UNSTATED),
        ({"generator": "2.0", "members": ["x"]}, None, UNSTATED),
        ({"datasets": 3}, None, UNSTATED),
        ({}, None, UNSTATED),
    ],
)
def test_only_a_card_that_says_so_has_seen_nothing(training, datasets, choices, tmp_path):
    path = tmp_path / "one.safetensors"
    labels = ("negative", "positive", "surprise")
    checkpoint.save(
        path, create("linear", {"n_labels": 3}), ModelCard("linear", labels, FLOW, training=training)
    )
    model = Recogniser.load(path)
    assert model.card.datasets == datasets and CheckpointEntrant(model, labels).choices == choices
