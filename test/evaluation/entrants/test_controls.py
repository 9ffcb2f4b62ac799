from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from mer_ros.errors import ConfigError
from mer_ros.evaluation.entrants.catalogue import CONTROLS
from mer_ros.evaluation.protocol import protocol_of
from mer_ros.motion.normalisation import mirror_flow
from mer_ros.progress import SILENT
from mer_ros.training.entrant import TrainingSet, normalised, symmetric

NAMES = CONTROLS.names


def answers(name, clips, protocol="3-fold"):
    """(N, C) out-of-fold probabilities."""
    system, out = CONTROLS.get(name)(), np.full((len(clips), len(clips.labels)), np.nan)
    features = system.features(clips.flow)
    for fold in protocol_of(protocol).folds(clips):
        training_set = TrainingSet(
            features[fold.train], clips.truth[fold.train], clips.subject_ids[fold.train], len(clips.labels)
        )
        out[fold.test] = system.fit_predict(training_set, features[fold.test], 0, SILENT).probabilities
    return out


@pytest.fixture(scope="module")
def clips(make_clips):
    return make_clips(subject_ids=9, each=12)


@pytest.mark.parametrize("name", NAMES)
def test_probabilities_are_probabilities_and_the_same_twice(name, clips):
    first, again = answers(name, clips), answers(name, clips)
    np.testing.assert_allclose(first.sum(1), 1)
    assert (first >= 0).all() and np.array_equal(first, again)
    assert CONTROLS.get(name)().is_control and json.dumps(CONTROLS.get(name)().settings)


@pytest.mark.parametrize("name", NAMES[1:])
def test_each_beats_chance_on_structure_and_not_on_noise(name, clips, make_clips):
    assert (answers(name, clips).argmax(1) == clips.truth).mean() > 0.8
    noise = make_clips(subject_ids=9, each=12, gap=0.0)
    assert (answers(name, noise).argmax(1) == noise.truth).mean() < 0.5


def test_the_majority_answers_how_often_each_class_occurs():
    training_set = TrainingSet(np.zeros((4, 1)), np.array([0, 2, 2, 2]), np.array(list("abcd")), 3)
    found = CONTROLS.get("majority")().fit_predict(training_set, np.zeros((2, 1)), 0, SILENT)
    np.testing.assert_allclose(found.probabilities, [[0.25, 0, 0.75]] * 2)


@pytest.mark.parametrize("name", NAMES)
def test_a_class_without_training_samples_has_probability_0(name, clips):
    system = CONTROLS.get(name)()
    features = system.features(clips.flow)
    kept = clips.truth != 1
    training_set = TrainingSet(features[kept], clips.truth[kept], clips.subject_ids[kept], 3)
    found = system.fit_predict(training_set, features[:5], 0, SILENT).probabilities
    assert (found[:, 1] == 0).all()
    np.testing.assert_allclose(found.sum(1), 1)


@pytest.mark.parametrize("name", NAMES)
def test_a_mirrored_face_gets_the_same_answer(name, clips):
    system = CONTROLS.get(name)()
    features, mirrored = system.features(clips.flow), system.features(mirror_flow(clips.flow))
    np.testing.assert_allclose(features, mirrored, atol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_flat_clips_do_no_harm(name):
    system, flat = CONTROLS.get(name)(), np.full((6, 2, 28, 28), 127, np.float32)
    training_set = TrainingSet(system.features(flat), np.array([0, 1] * 3), np.array(list("aabbcc")), 2)
    found = system.fit_predict(training_set, system.features(flat[:1]), 0, SILENT).probabilities
    np.testing.assert_allclose(found, [[0.5, 0.5]])


def test_training_on_mirrors_and_averaging_is_what_the_symmetric_samples_do(clips):
    """Samples and mirror images with weight 1/2 in scikit-learn give the result of symmetric samples."""
    samples = normalised(clips.flow, 16)
    both = np.concatenate([samples, mirror_flow(samples)]).reshape(2 * len(clips), -1)
    truth = np.concatenate([clips.truth, clips.truth])
    options = {"C": 0.001, "class_weight": "balanced", "tol": 1e-8, "max_iter": 2000}
    long = LogisticRegression(**options).fit(both, truth, np.full(len(truth), 0.5))
    averaged = long.decision_function(both).reshape(2, len(clips), 3).mean(0)
    half = symmetric(samples).reshape(len(clips), -1)
    short = LogisticRegression(**options).fit(half, clips.truth)
    np.testing.assert_allclose(short.decision_function(half), averaged, atol=1e-4)


def test_an_unknown_control_is_refused():
    with pytest.raises(ConfigError, match="choose one of majority, nearest_mean, linear, random_net"):
        CONTROLS.get("oracle")
