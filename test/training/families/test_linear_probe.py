"""A probe in an evaluation: everything but the frozen networks comes from the training set."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from mer_ros.errors import ConfigError
from mer_ros.evaluation.protocol import protocol_of
from mer_ros.evaluation.run import evaluate
from mer_ros.motion.normalisation import mirror_flow
from mer_ros.progress import SILENT
from mer_ros.recognition import Recogniser, checkpoint
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.systems.probe import Probe
from mer_ros.training.config import ProbeTraining, TrainConfig
from mer_ros.training.families.choice import family_of
from mer_ros.training.families.linear_probe import ProbeEntrant
from mer_ros.training.run import train as run
from mer_ros.training.samples import samples_of_clips

SMALL = ProbeTraining(grid=4, untrained=32)


@pytest.fixture(scope="module")
def config(starts):
    start = (starts["micro_attention"],)
    return TrainConfig("probe", input=InputSpec("flow", 24), start=start, probe=SMALL)


@pytest.fixture(scope="module")
def clips(make_clips):
    return make_clips(subject_ids=8, each=12, gap=2.0)


def test_trained_predictions_beat_chance_and_progress_is_reported(config, clips, split_for, recorder):
    system, recorded = ProbeEntrant(config, "cpu"), recorder()
    held_out = clips.subjects == "s03"
    training_set, features = split_for(system, clips, held_out)
    found = system.fit_predict(training_set, features, 0, recorded)
    np.testing.assert_allclose(found.probabilities.sum(1), 1)
    assert (found.probabilities.argmax(1) == clips.truth[held_out]).mean() > 0.6
    assert set(found.chosen) == {"strength_1", "strength_2", "temperature"} and recorded.shares == [0.5, 1.0]
    assert json.dumps(system.settings) and "micro_attention@" in system.settings["starts"][0]


def test_a_mirrored_clip_gets_the_same_answer(config, clips):
    system = ProbeEntrant(config, "cpu")
    system.set_labels(clips.labels)
    flow = clips.flow[:6]
    np.testing.assert_allclose(system.features(flow), system.features(mirror_flow(flow)), atol=1e-4)


def test_a_class_that_one_data_set_shows_more_often_is_learned_from_its_training_subjects(
    config, make_clips, split_for
):
    """The flow says nothing; in one data set nearly all clips are of class 2, in the other of class 0."""
    clips = make_clips(subject_ids=12, each=9, datasets=("casme2", "smic"), gap=0.0)
    usual = np.where(clips.datasets == "smic", 2, 0)
    clips = replace(clips, truth=np.where(np.arange(len(clips)) % 9 < 6, usual, clips.truth))
    held_out = np.isin(clips.subjects, ["s02", "s03"])
    system = family_of(config).entrant(config, "cpu")
    training_set, features = split_for(system, clips, held_out)
    known = replace(training_set, datasets=clips.datasets[~held_out], tested=clips.datasets[held_out])
    found = system.fit_predict(known, features, 0, SILENT).probabilities
    smic = known.tested == "smic"
    assert found[smic, 2].mean() > found[~smic, 2].mean() + 0.15
    unseen = replace(known, tested=np.full(len(features), "samm"))
    same = system.fit_predict(unseen, features, 0, SILENT).probabilities
    assert abs(same[smic, 2].mean() - same[~smic, 2].mean()) < 0.1


def test_under_a_protocol_it_is_the_same_twice(config, clips, tmp_path):
    both = []
    for name in ("first", "again"):
        found = evaluate(clips, protocol_of("3-fold"), [ProbeEntrant(config, "cpu")], 0, tmp_path / name)
        both.append(found.predictions[0].probabilities)
    np.testing.assert_array_equal(*both)


def test_labels_that_no_network_has_are_learned_from_features(config, clips, split_for):
    other = replace(clips, labels=("calm", "storm", "rain"))
    system, held_out = ProbeEntrant(config, "cpu"), clips.subjects == "s03"
    training_set, features = split_for(system, other, held_out)
    assert np.ptp(training_set.features[:, :3]) == 0  # no opinion
    found = system.fit_predict(training_set, features, 0, SILENT).probabilities
    assert (found.argmax(1) == clips.truth[held_out]).mean() > 0.6


def test_a_probe_is_trained_on_clips_and_its_file_answers_alike(config, starts, own_clips, tmp_path):
    out = tmp_path / "probe.safetensors"
    settings = replace(config, start=tuple(starts.values()))
    found = run(settings, out, "cpu", clips=own_clips)
    loaded = checkpoint.load(out)
    assert isinstance(loaded.system, Probe) and set(found.chosen) == {
        "strength_1",
        "strength_2",
        "strength_3",
    }
    assert loaded.card.calibration.mirror and 0 < loaded.card.calibration.rejection_confidence < 1
    test = samples_of_clips(own_clips, 0, InputSpec("flow", 24)).test
    model = Recogniser.load(out)
    with torch.inference_mode():
        answers = model.answer(test.data).logits.argmax(1)
    assert (answers == test.labels).float().mean() > 0.6
    assert np.trace(found.test) == int((answers == test.labels).sum())


def test_a_probe_is_evaluated_on_flow_alone(config):
    with pytest.raises(ConfigError, match="evaluated on flow"):
        ProbeEntrant(replace(config, input=InputSpec("apex", 24)))
