"""Controls trained on synthetic flow: fitted once on shared samples, mapped like a checkpoint, stored."""

from __future__ import annotations

import json

import numpy as np
import pytest

from mer_ros.data import synthetic
from mer_ros.data.label_mapping import MEGC_LABELS
from mer_ros.data.synthetic import flow_samples
from mer_ros.errors import DataError
from mer_ros.evaluation.entrants.catalogue import SYNTHETIC_CONTROLS
from mer_ros.evaluation.entrants.synthetic_controls import SyntheticFlow, trained_on_synthetic
from mer_ros.evaluation.protocol import protocol_of
from mer_ros.evaluation.run import evaluate
from mer_ros.motion.normalisation import mirror_flow
from mer_ros.progress import SILENT
from mer_ros.recognition.checkpoint import ModelCard
from mer_ros.training.entrant import TrainingSet
from mer_ros.types import EMOTIONS

NOBODY = TrainingSet(np.empty((0, 1)), np.empty(0, np.int64), np.empty(0, str), 3)


@pytest.fixture(scope="module")
def flow():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(synthetic, "TRAIN_SUBJECTS", synthetic.TRAIN_SUBJECTS[:12])
        drawn = SyntheticFlow(400)
        drawn.draw(0, SILENT)
    return drawn


def entrants(flow, labels=MEGC_LABELS):
    return [kind(flow, labels) for _, kind in SYNTHETIC_CONTROLS]


def test_synthetic_clips_of_other_subjects_are_told_apart_but_by_the_majority(flow):
    clips = flow_samples(140, range(2300, 2312), 9, 56)
    right = {}
    for entrant in entrants(flow, EMOTIONS):
        features = entrant.features(clips.data)
        np.testing.assert_allclose(features, entrant.features(mirror_flow(clips.data)), atol=1e-4)
        found = entrant.fit_predict(NOBODY, features, 0, SILENT).probabilities
        np.testing.assert_allclose(found.sum(1), 1)
        right[entrant.name] = (found.argmax(1) == clips.labels).mean()
    most = right.pop("majority (synthetic)")
    assert min(right.values()) > most + 0.05, (right, most)


def test_they_are_controls_that_use_no_fold_and_share_their_samples(flow, make_clips, tmp_path, recorder):
    clips, protocol, out, seen = make_clips(), protocol_of("3-fold"), tmp_path / "out", recorder()
    found = evaluate(clips, protocol, entrants(flow), 0, out, seen)
    assert all(one.is_control and not one.uses_folds for one in found.predictions)
    assert [one.name for one in found.predictions] == [
        f"{name} (synthetic)" for name, _ in SYNTHETIC_CONTROLS
    ]
    assert json.dumps([one.settings for one in found.predictions])
    again = evaluate(clips, protocol, entrants(SyntheticFlow(400)), 0, out)  # stored: nothing is generated
    for one, other in zip(found.predictions, again.predictions, strict=True):
        np.testing.assert_array_equal(one.probabilities, other.probabilities)


def test_samples_are_generated_once_for_a_seed_and_their_progress_is_reported(recorder, monkeypatch):
    monkeypatch.setattr(synthetic, "TRAIN_SUBJECTS", synthetic.TRAIN_SUBJECTS[:2])
    drawn, seen = SyntheticFlow(40), recorder()
    first, second = entrants(drawn)[1:]
    for entrant in (first, second):
        entrant.fit_predict(NOBODY, entrant.features(np.zeros((1, 2, 28, 28), np.float32)), 1, seen)
    assert seen.done("samples")[-1] == 40 and seen.finished_tasks == ["samples"]


def test_the_majority_is_the_mapped_prior(flow):
    majority = entrants(flow)[0]
    found = majority.fit_predict(NOBODY, majority.features(np.zeros((2, 2, 28, 28))), 0, SILENT).probabilities
    np.testing.assert_allclose(found, [[0.45, 0.30, 0.26]] * 2, atol=0.01)


def test_labels_that_cannot_be_mapped_are_refused_before_training(flow):
    with pytest.raises(DataError, match="choose a model for these labels"):
        entrants(flow, ("calm", "storm"))


def test_only_a_model_of_synthetic_emotions_has_them():
    stated = {"generator": "2.0"}
    assert trained_on_synthetic(ModelCard("prototype", EMOTIONS, training=stated))
    assert not trained_on_synthetic(ModelCard("prototype", EMOTIONS))
    assert not trained_on_synthetic(ModelCard("prototype", MEGC_LABELS, training=stated))
