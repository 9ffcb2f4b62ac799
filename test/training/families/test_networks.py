from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from mer_ros.data.subjects import held_out_subjects
from mer_ros.errors import ConfigError, DataError
from mer_ros.evaluation.protocol import protocol_of
from mer_ros.evaluation.run import evaluate
from mer_ros.motion.normalisation import mirror_flow
from mer_ros.progress import SILENT
from mer_ros.recognition import checkpoint
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.augmentation import NONE
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.entrant import TrainingSet
from mer_ros.training.families.networks import FAMILY
from mer_ros.training.run import train as run
from mer_ros.training.trainer import Trainer

APEX = InputSpec("apex", 32)
NARROW = {"widths": [8, 16, 16, 32], "depths": [1, 1, 1, 1]}
MODELS = {
    "micro_attention": {"backbone": NARROW},
    "prototype": {"backbone": NARROW, "size": 24, "decoder_width": 16},
}


def tiny(name, epochs=4, **more):
    options = OptimiserConfig(epochs=epochs, batch=16, learning_rate=5e-3)
    settings = TrainConfig(name, MODELS[name], InputSpec("flow", 24), options, augmentation=NONE)
    return FAMILY.entrant(replace(settings, **more), "cpu")


@pytest.fixture(scope="module")
def clips(make_clips):
    return make_clips(subject_ids=8, each=12)


@pytest.mark.parametrize("name", MODELS)
def test_trained_predictions_beat_chance_and_progress_is_reported(name, clips, split_for, recorder):
    system, recorded = tiny(name), recorder()
    training_set, features = split_for(system, clips, clips.subjects == "s03")
    found = system.fit_predict(training_set, features, 0, recorded)
    np.testing.assert_allclose(found.probabilities.sum(1), 1)
    assert (found.probabilities.argmax(1) == clips.truth[clips.subjects == "s03"]).mean() >= 0.5
    assert set(found.chosen) == {"epoch", "temperature", "validation_uf1"}
    assert recorded.shares == sorted(recorded.shares) and recorded.shares[-1] == 1
    assert json.dumps(system.settings) and system.name == name and not system.is_control


def test_the_same_seed_gives_the_same_answers(clips, split_for, recorder):
    system = tiny("prototype", 1)
    training_set, features = split_for(system, clips, clips.subjects == "s03")
    first, again = (system.fit_predict(training_set, features, 3, SILENT) for _ in range(2))
    assert np.array_equal(first.probabilities, again.probabilities) and first.chosen == again.chosen


def test_inspection_shows_the_training_and_changes_nothing(clips, split_for):
    system = tiny("prototype", 11)
    training_set, features = split_for(system, clips, clips.subjects == "s03")
    plain = system.fit_predict(training_set, features, 0, SILENT)
    shown = system.fit_predict(replace(training_set, inspect=True), features, 0, SILENT)
    assert np.array_equal(plain.probabilities, shown.probabilities) and plain.epochs == shown.epochs
    assert plain.inspection is None and len(shown.inspection.train) == len(training_set.truth)
    epoch = int(shown.chosen["epoch"])
    best = [number + 1 for number, one in enumerate(shown.epochs) if one.best]
    assert best[-1] == epoch and shown.epochs[epoch - 1].validation_uf1 == shown.chosen["validation_uf1"]
    after = [one.epoch for one in shown.inspection.prototypes]
    assert after == sorted({epoch, *([10] if len(shown.epochs) >= 10 else [])})
    assert shown.inspection.prototypes[0].labels == (0, 1, 2)


def test_a_mirrored_clip_gets_the_same_answer(clips, split_for, recorder):
    system = tiny("micro_attention", 1)
    training_set, features = split_for(system, clips, clips.subjects == "s03")
    both = np.concatenate([features, mirror_flow(features)])
    found = system.fit_predict(training_set, both, 0, SILENT).probabilities
    np.testing.assert_allclose(found[: len(features)], found[len(features) :], atol=1e-5)


def test_an_ensemble_averages_its_seeds_and_the_settings_state_it(clips, split_for, recorder):
    one, two = tiny("micro_attention", 1), tiny("micro_attention", 1, ensemble=2)
    training_set, features = split_for(one, clips, clips.subjects == "s03")
    recorded = recorder()
    alone = one.fit_predict(training_set, features, 0, SILENT).probabilities
    both = two.fit_predict(training_set, features, 0, recorded).probabilities
    assert not np.allclose(alone, both) and recorded.shares[-1] == 1 and two.settings["ensemble"] == 2


def test_the_epoch_is_chosen_on_subjects_who_are_not_trained_on(clips, monkeypatch, split_for):
    seen = {}
    monkeypatch.setattr(
        Trainer, "fit", lambda self, train, validation, observer: seen.update(a=train, b=validation)
    )
    system = tiny("prototype")
    training_set, features = split_for(system, clips, clips.subjects == "s03")
    with pytest.raises(TypeError):  # what was never trained has no best epoch
        system.fit_predict(training_set, features, 0, SILENT)
    assert not set(seen["a"].subjects) & set(seen["b"].subjects)
    assert len(seen["a"]) + len(seen["b"]) == len(training_set.truth)
    held = held_out_subjects(training_set.subject_ids, 0.2, 0)
    assert len(seen["b"]) == held.sum() == 12  # one of seven subjects


def test_too_few_validation_subjects_are_refused(clips):
    system = tiny("prototype")
    features = system.features(clips.flow[:24])
    training_set = TrainingSet(
        features, (clips.subjects[:24] == "s01").astype(np.int64), clips.subject_ids[:24], 3
    )
    with pytest.raises(DataError, match="needs two classes on both sides"):
        system.fit_predict(training_set, features, 0, SILENT)


@pytest.fixture
def images(clips):
    """The same clips with an apex image in colour; clips of class c are brighter at position c."""
    faces = np.random.default_rng(0).integers(0, 150, (len(clips), 32, 32, 3), np.uint8)
    for face, label in zip(faces, clips.truth, strict=True):
        face[4 + 8 * label : 12 + 8 * label, 8:24] += 100
    return replace(clips, apex_images=tuple(faces))


def test_a_system_that_reads_images_is_trained_on_them_unchanged(images, split_for):
    options = OptimiserConfig(epochs=8, batch=8, learning_rate=3e-3)
    system = FAMILY.entrant(
        TrainConfig("micro_attention_grey", MODELS["micro_attention"], APEX, options), "cpu"
    )
    held_out = images.subjects == "s03"
    training_set, features = split_for(system, images, held_out)
    assert np.array_equal(features, np.stack(images.apex_images)[held_out]) and not system.config.mirrors
    found = system.fit_predict(training_set, features, 0, SILENT).probabilities
    assert (found.argmax(1) == images.truth[held_out]).mean() > 0.8


def test_a_set_without_images_is_refused(clips, tmp_path):
    system = FAMILY.entrant(TrainConfig("micro_attention_grey", MODELS["micro_attention"], APEX), "cpu")
    with pytest.raises(DataError, match="no input of kind 'apex'"):
        evaluate(clips, protocol_of("loso"), [system], 0, tmp_path)


def from_clips(**more):
    options = OptimiserConfig(epochs=2, batch=16)
    return TrainConfig("micro_attention", input=InputSpec("flow", 24), optimiser=options, **more)


@pytest.mark.parametrize("transfer", ["full", "attention"])
def test_clips_of_ones_own_are_trained_on_from_a_start(transfer, starts, own_clips, tmp_path):
    out = tmp_path / "mine.safetensors"
    settings = from_clips(start=(starts["micro_attention"],), transfer=transfer)
    found = run(settings, out, "cpu", clips=own_clips)
    loaded = checkpoint.load(out)
    assert loaded.card.labels == own_clips.labels == found.labels and not found.synthetic
    before, after = checkpoint.load(Path(starts["micro_attention"])).system, loaded.system
    moved = not torch.equal(before.trunk.conv1.weight, after.trunk.conv1.weight)
    assert moved == (transfer == "full") and "label_ceiling" not in loaded.card.training
    assert found.validation.sum() > 0 and found.test.sum() > 0


def test_macro_expressions_of_seven_emotions_are_not_trained_with_other_classes(tmp_path, own_clips):
    settings = from_clips(model={"backbone": NARROW}, macro_epochs=1)
    with pytest.raises(ConfigError, match="name that checkpoint as 'start'"):
        run(settings, tmp_path / "one.safetensors", "cpu", clips=own_clips)
