"""ME-PLAN as an entrant: class means of training subjects, and a leave-one-subject-out evaluation."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from mer_ros.data.datasets.synthetic import synthetic_clips
from mer_ros.errors import DataError
from mer_ros.evaluation.protocol import held_out_subjects, protocol_of
from mer_ros.evaluation.run import evaluate
from mer_ros.motion.normalisation import mirror_flow
from mer_ros.progress import SILENT
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.config import OptimiserConfig, TrainConfig
from mer_ros.training.entrant import TrainingSet
from mer_ros.training.episodic_trainer import EpisodicTrainer
from mer_ros.training.families.choice import family_of
from mer_ros.training.families.episodic import FAMILY, EpisodicEntrant
from mer_ros.training.pretraining import clips_to_pretrain_on

MODEL = {"backbone": {"widths": [8, 8, 16, 16]}, "episode": {"shots": 2, "queries": 3}}


def tiny(epochs=4):
    options = OptimiserConfig(epochs=epochs, patience=9, batch=15, learning_rate=5e-3)
    return TrainConfig("me_plan", MODEL, InputSpec("sequence", 20), options)


@pytest.fixture(scope="module")
def clips(make_clips):
    """Clips of class c move more at the c-th place, and most in the middle of the sequence."""
    flat = make_clips(subject_ids=6, each=12, size=28, gap=2.0)
    level = np.interp(np.arange(12), [-1, 5, 12], [0, 1, 0]).astype(np.float32)[:, None, None, None]
    return dataclasses.replace(flat, sequences=tuple(level * one for one in flat.flow))


def test_trained_predictions_beat_chance_and_progress_is_reported(clips, split_for, recorder):
    system, recorded = family_of(tiny(8)).entrant(tiny(8), "cpu"), recorder()
    assert isinstance(system, EpisodicEntrant)
    held_out = clips.subjects == "s03"
    training_set, features = split_for(system, clips, held_out)
    found = system.fit_predict(training_set, features, 0, recorded)
    np.testing.assert_allclose(found.probabilities.sum(1), 1)
    assert (found.probabilities.argmax(1) == clips.truth[held_out]).mean() >= 0.5
    assert set(found.chosen) == {"epoch", "temperature", "validation_uf1"}
    assert (
        recorded.shares == sorted(recorded.shares)
        and recorded.shares[-1] == 1
        and json.dumps(system.settings)
    )


def test_a_mirrored_clip_gets_the_same_answer_and_a_seed_the_same_answers(clips, split_for):
    system = FAMILY.entrant(tiny(1), "cpu")
    training_set, features = split_for(system, clips, clips.subjects == "s03")
    both = np.concatenate([features, mirror_flow(features)])
    first, again = (system.fit_predict(training_set, both, 3, SILENT).probabilities for _ in range(2))
    assert np.array_equal(first, again)
    np.testing.assert_allclose(first[: len(features)], first[len(features) :], atol=1e-5)


def test_fault_72_the_support_shares_no_subject_with_the_validation(clips, monkeypatch, split_for):
    seen = {}
    monkeypatch.setattr(
        EpisodicTrainer, "fit", lambda self, train, validation, observer: seen.update(a=train, b=validation)
    )
    system = FAMILY.entrant(tiny(), "cpu")
    training_set, features = split_for(system, clips, clips.subjects == "s03")
    with pytest.raises(TypeError):  # what was never trained has no best epoch
        system.fit_predict(training_set, features, 0, SILENT)
    assert not set(seen["a"].subjects) & set(seen["b"].subjects)
    assert len(seen["b"]) == held_out_subjects(training_set.subject_ids, 0.2, 0).sum() == 12
    assert len(seen["a"]) + 12 == len(training_set.truth)


def test_a_class_without_training_samples_has_probability_0(clips, split_for):
    system = FAMILY.entrant(tiny(1), "cpu")
    training_set, features = split_for(system, clips, clips.subjects == "s03")
    two = training_set.truth < 2
    training_set = TrainingSet(
        training_set.features[two], training_set.truth[two], training_set.subject_ids[two], 3
    )
    assert system.fit_predict(training_set, features, 0, SILENT).probabilities[:, 2].max() == 0


def test_too_few_validation_subjects_are_refused(clips):
    system = FAMILY.entrant(tiny(1), "cpu")
    features = system.features(clips.inputs("sequence")[:24])
    training_set = TrainingSet(
        features, (clips.subjects[:24] == "s01").astype(np.int64), clips.subject_ids[:24], 3
    )
    with pytest.raises(DataError, match="needs two classes on both sides"):
        system.fit_predict(training_set, features, 0, SILENT)


def test_inspection_shows_latents_and_epochs_and_changes_nothing(clips, split_for):
    system = FAMILY.entrant(tiny(2), "cpu")
    training_set, features = split_for(system, clips, clips.subjects == "s03")
    plain = system.fit_predict(training_set, features, 0, SILENT)
    shown = system.fit_predict(dataclasses.replace(training_set, inspect=True), features, 0, SILENT)
    assert np.array_equal(plain.probabilities, shown.probabilities) and len(shown.epochs) == 2
    assert len(shown.inspection.train) == len(training_set.truth) and shown.inspection.prototypes == ()


def test_leave_one_subject_out_on_synthetic_sequences(tmp_path):
    clips = synthetic_clips(42, 3, 0, 20, sequences=True)
    assert clips.inputs("sequence")[0].shape == (12, 2, 20, 20) and len(clips.inputs("sequence")) == 42
    found = evaluate(clips, protocol_of("loso"), [FAMILY.entrant(tiny(1), "cpu")], 0, tmp_path)
    assert len(found.folds) == 3 and np.isfinite(found.predictions[0].probabilities).all()


def test_a_set_without_sequences_is_refused(clips, tmp_path):
    flat = dataclasses.replace(clips, sequences=())
    with pytest.raises(DataError, match="no input of kind 'sequence'"):
        evaluate(flat, protocol_of("loso"), [FAMILY.entrant(tiny(1), "cpu")], 0, tmp_path)


def test_it_can_be_trained_on_other_sequences_first(clips, make_clips, split_for):
    flat = make_clips(subject_ids=6, each=12, datasets=("posed",), gap=3.0, seed=2)
    level = np.linspace(0, 1, 12, dtype=np.float32)[:, None, None, None]
    posed = dataclasses.replace(flat, sequences=tuple(level * one for one in flat.flow))
    system, plain = FAMILY.entrant(tiny(1), "cpu"), FAMILY.entrant(tiny(1), "cpu")
    system.pretrain_on(clips_to_pretrain_on(posed, clips))
    training_set, features = split_for(system, clips, clips.subjects == "s03")
    found = system.fit_predict(training_set, features, 0, SILENT)
    assert found.chosen["pretraining_clips"] == 72
    assert not np.array_equal(
        found.probabilities, plain.fit_predict(training_set, features, 0, SILENT).probabilities
    )
