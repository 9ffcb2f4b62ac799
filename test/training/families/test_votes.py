"""Votes: finished files joined and calibrated; in an evaluation each fold trains the same systems anew."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from mer_ros.metrics import confusion_of
from mer_ros.recognition import Recogniser, checkpoint, create
from mer_ros.recognition.checkpoint import ModelCard
from mer_ros.recognition.sample import InputSpec
from mer_ros.recognition.systems.votes import MIN_PROBABILITY, Votes
from mer_ros.training.config import LinearTraining, TrainConfig
from mer_ros.training.families import family_of, linear_readers
from mer_ros.training.labelled_set import from_inputs
from mer_ros.training.run import train
from mer_ros.training.samples import samples_of_clips
from mer_ros.types import EMOTIONS

SPEC = InputSpec("flow", 28)


@pytest.fixture(scope="module")
def readers(tmp_path_factory, own_clips):
    """Two linear readers with the labels of the clips, of weak and of strong regularisation."""
    folder, paths = tmp_path_factory.mktemp("readers"), []
    _, numbers = np.unique(own_clips.subject_ids, return_inverse=True)
    samples = from_inputs(own_clips.flow, own_clips.truth, numbers, SPEC)
    for name, penalty in (("linear", 0.05), ("linear_prototype", 5.0)):
        config = TrainConfig(name, input=SPEC, linear=LinearTraining(penalty))
        system = linear_readers.fitted(config, samples, 3)
        card = ModelCard(name, own_clips.labels, SPEC, training={"priors": [0.5, 0.25, 0.25]})
        paths.append(folder / f"{name}.safetensors")
        checkpoint.save(paths[-1], system, card)
    return tuple(str(path) for path in paths)


def test_finished_files_become_one_that_answers_as_their_mean(readers, own_clips, tmp_path):
    out = tmp_path / "votes.safetensors"
    found = train(TrainConfig("votes", input=SPEC, start=readers), out, "cpu", clips=own_clips)
    loaded = checkpoint.load(out)
    assert isinstance(loaded.system, Votes) and loaded.card.system == "votes"
    assert loaded.card.training["priors"] == pytest.approx([0.5, 0.25, 0.25], abs=1e-3)
    assert len(loaded.card.training["members"]) == 2 and "train" not in loaded.card.training["samples"]
    assert loaded.card.calibration.mirror and 0 < loaded.card.calibration.rejection_confidence < 1
    test = samples_of_clips(own_clips, 0, SPEC).test
    model, votes = Recogniser.load(out), [Recogniser.load(Path(path)) for path in readers]
    with torch.inference_mode():
        both = [torch.softmax(one.system(test.data).logits, 1) for one in votes]
        mean = torch.stack([one.clamp_min(MIN_PROBABILITY).log() for one in both]).mean(0)
        alone = model.system(test.data).logits
        answers = model.answer(test.data).logits
    mean = torch.log_softmax(mean, 1)
    torch.testing.assert_close(alone, mean, atol=0.03, rtol=0.03)  # half precision
    confusion = confusion_of(test.labels.numpy(), answers.argmax(1).numpy(), 3)
    assert np.trace(found.test) == np.trace(confusion) > 0.6 * len(test)


def test_in_a_fold_systems_of_the_same_kinds_are_trained_and_vote(tmp_path, make_clips, split_for, recorder):
    """The finished files know other classes: only the names of their systems are used."""
    paths = [tmp_path / f"{name}.safetensors" for name in ("linear", "linear_prototype")]
    for path in paths:
        checkpoint.save(path, create(path.stem, {}), ModelCard(path.stem, EMOTIONS, SPEC))
    config = TrainConfig("votes", input=SPEC, start=tuple(map(str, paths)))
    entrant, seen = family_of(config).entrant(config, "cpu"), recorder()
    clips = make_clips(subject_ids=8, each=12, gap=2.0)
    held_out = clips.subjects == "s03"
    training_set, features = split_for(entrant, clips, held_out)
    found = entrant.fit_predict(training_set, features, 0, seen)
    np.testing.assert_allclose(found.probabilities.sum(1), 1)
    assert (found.probabilities.argmax(1) == clips.truth[held_out]).mean() > 0.6
    assert set(found.chosen) == {"linear_temperature", "linear_prototype_temperature"}
    assert seen.done("members")[-1] == 2 and json.dumps(entrant.settings)
    votes = [one.fit_predict(training_set, features, 0, recorder()).probabilities for one in entrant.members]
    mean = np.exp(np.mean(np.log(np.maximum(votes, MIN_PROBABILITY)), axis=0))
    np.testing.assert_allclose(found.probabilities, mean / mean.sum(1, keepdims=True))


@pytest.mark.usefixtures("few_subjects")
def test_votes_of_synthetic_readers_are_calibrated_on_rough_noise(tmp_path):
    path = tmp_path / "linear.safetensors"
    reader = TrainConfig("linear", input=SPEC, samples=300, validation_samples=100)
    train(reader, path, "cpu")
    out = tmp_path / "votes.safetensors"
    config = TrainConfig("votes", input=SPEC, start=(str(path),), validation_samples=100)
    found = train(config, out, "cpu")
    card = checkpoint.load(out).card
    assert "generator" in card.training and card.labels == EMOTIONS and card.priors is not None
    assert np.trace(found.test) > 0.25 * found.test.sum()  # seven classes
    plain = replace(config, mirror=False)
    assert not checkpoint.load(train(plain, out, "cpu").path).card.calibration.mirror
