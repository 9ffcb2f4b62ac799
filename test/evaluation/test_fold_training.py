from __future__ import annotations

import numpy as np
import pytest
import torch
from toy_entrants import Counted

from mer_ros.errors import DataError
from mer_ros.evaluation.fold_training import FoldTraining, limited_threads
from mer_ros.evaluation.protocol import Fold
from mer_ros.progress import SILENT
from mer_ros.training.entrant import FoldPrediction

FOLD = Fold("casme2/s01", np.arange(9), np.arange(9, 18))


class Given(Counted):
    """Keeps its training set; returns given probabilities."""

    def __init__(self, probabilities):
        super().__init__(None)
        self.probabilities = probabilities

    def fit_predict(self, training_set, test, seed, progress):
        self.training_set, self.test, self.seed = training_set, test, seed
        self.torch_threads = torch.get_num_threads()
        return FoldPrediction(self.probabilities)


@pytest.fixture
def training(make_clips):
    def training(entrant):
        clips = make_clips(subject_ids=2, each=9, datasets=("casme2",))
        features = entrant.features(clips.flow)
        return FoldTraining(entrant, features, clips.truth, clips.subject_ids, clips.datasets, 3, 5)

    return training


def test_an_entrant_gets_the_training_side_and_the_features_of_the_test_side(training):
    entrant = Given(np.full((9, 3), 1 / 3))
    one = training(entrant)
    one.predict(FOLD, True, 1, SILENT)
    given = entrant.training_set
    assert set(given.subject_ids) == {"casme2/s00"} and given.inspect and entrant.seed == 5
    assert np.array_equal(given.features, one.features[:9]) and np.array_equal(entrant.test, one.features[9:])
    assert given.truth.tolist() == one.truth[:9].tolist() and set(given.tested) == {"casme2"}


@pytest.mark.parametrize("bad", [np.full((9, 3), np.nan), np.full((9, 3), 0.5), np.full((8, 3), 1 / 3)])
def test_what_is_no_probability_is_refused(bad, training):
    with pytest.raises(DataError, match="its training has failed"):
        training(Given(bad)).predict(FOLD, False, 1, SILENT)


def test_torch_has_the_threads_of_the_worker_and_then_its_own_again(training):
    entrant, before = Given(np.full((9, 3), 1 / 3)), torch.get_num_threads()
    training(entrant).predict(FOLD, False, before + 1, SILENT)
    assert entrant.torch_threads == before + 1 and torch.get_num_threads() == before
    training(entrant).predict(FOLD, False, 0, SILENT)
    assert entrant.torch_threads == before
    with pytest.raises(RuntimeError), limited_threads(before + 1):
        raise RuntimeError
    assert torch.get_num_threads() == before
