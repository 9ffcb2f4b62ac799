from __future__ import annotations

import numpy as np
import pytest

from mer_ros import files
from mer_ros.errors import DataError
from mer_ros.evaluation.model_study.answers import Answers, answers, probabilities_of
from mer_ros.recognition import Recogniser


@pytest.fixture(scope="module")
def recogniser():
    return Recogniser.load(files.models_dir() / "linear_prototype.safetensors")


def of(truth, probabilities, subjects="aabb"):
    names = np.array(list(subjects))
    return Answers(("x", "y"), np.array(truth), names, np.array(probabilities), None)


FOUR = [[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.7, 0.3]]


def test_scores_confusion_and_calibration_follow_from_the_probabilities():
    found = of([0, 0, 1, 1], FOUR)
    assert found.right.tolist() == [True, True, True, False]
    assert found.confusion.tolist() == [[2, 0], [1, 1]]
    assert found.scores["accuracy"] == 0.75
    assert found.calibrated.error == pytest.approx((0.1 + 0.4 + 0.2 + 0.7) / 4)
    assert sum(one.samples for one in found.calibrated.bins) == 4


def test_halves_of_subjects_and_a_single_class_are_named():
    assert of([0, 0, 1, 1], FOUR).first_half.tolist() == [True, True, False, False]
    assert of([0, 0, 1, 1], FOUR).one_class == "" and of([1, 1, 1, 1], FOUR).one_class == "y"
    assert not of([0, 0, 1, 1], FOUR, "aaaa").first_half.any()


def test_answers_are_those_of_the_classifier_in_the_labels_of_the_clips(recogniser, make_clips):
    clips = make_clips(subject_ids=2, each=3)
    found = answers(recogniser, clips)
    assert found.labels == clips.labels and found.probabilities.shape == (len(clips), 3)
    assert found.latents.shape == (len(clips), 6)
    own = probabilities_of(recogniser, clips.flow)
    sample = recogniser.card.input.read(clips.flow[0])
    np.testing.assert_allclose(own[0], recogniser.predict_sample(sample).probabilities, atol=1e-5)


def test_other_labels_are_refused_in_one_sentence(recogniser, make_clips):
    clips = make_clips(subject_ids=2, each=3)
    object.__setattr__(clips, "labels", ("a", "b", "c"))
    with pytest.raises(DataError, match="choose a model for these labels"):
        answers(recogniser, clips)
