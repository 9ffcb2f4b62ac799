"""Folds in several processes: equal results, killed workers, errors."""

from __future__ import annotations

import os

import numpy as np
import pytest
from toy_entrants import Counted, fits, processes

from mer_ros.errors import ConfigError, DataError
from mer_ros.evaluation.fold_training import FoldTraining
from mer_ros.evaluation.protocol import protocol_of
from mer_ros.evaluation.spread import LOSSES_IN_A_ROW, spread
from mer_ros.evaluation.workers import FoldTask, Workers
from mer_ros.progress import SILENT


@pytest.fixture(scope="module")
def clips(make_clips):
    return make_clips(subject_ids=6, each=9, datasets=("casme2",))


@pytest.fixture
def work(clips):
    """A training and the tasks of all folds for an entrant."""

    def work(entrant):
        folds = protocol_of("loso").folds(clips, 0)
        training = FoldTraining(
            entrant, entrant.features(clips.flow), clips.truth, clips.subject_ids, clips.datasets, 3, 0
        )
        return [training], [FoldTask(i, 0, i, fold, i == 0) for i, fold in enumerate(folds)]

    return work


def test_two_processes_predict_what_one_predicts(work, tmp_path):
    trainings, tasks = work(Counted(tmp_path))
    found = {task.number: prediction for task, prediction in spread(trainings, tasks, Workers(2))}
    assert os.getpid() not in processes(tmp_path) and set(fits(tmp_path).values()) == {1}
    for task in tasks:
        here = trainings[0].predict(task.fold, task.inspect, 1, SILENT)
        assert np.array_equal(found[task.number].probabilities, here.probabilities)
        assert found[task.number].epochs == here.epochs
        assert (found[task.number].inspection is None) == (task.number != 0)


def test_the_fold_of_a_killed_worker_is_computed_again(work, tmp_path):
    trainings, tasks = work(Counted(tmp_path, killed_at="casme2_s03"))
    found = [task.number for task, _ in spread(trainings, tasks, Workers(2))]
    assert sorted(found) == [0, 1, 2, 3, 4, 5]
    begun = fits(tmp_path)
    assert begun["casme2_s03"] == 2
    assert sum(begun.values()) <= len(tasks) + 2, "more was computed again than the folds in progress"


def test_a_fold_that_always_ends_its_worker_is_an_error(work, tmp_path):
    trainings, tasks = work(Counted(tmp_path, killed_at="casme2_s00", always=True))
    with pytest.raises(ConfigError, match="give fewer --workers; the same command continues"):
        list(spread(trainings, tasks[:1], Workers(2)))
    assert fits(tmp_path) == {"casme2_s00": LOSSES_IN_A_ROW}


def test_an_error_of_a_system_is_raised_as_it_is(work, tmp_path):
    trainings, tasks = work(Counted(tmp_path, fails=True))
    with pytest.raises(DataError, match="This entrant fails"):
        list(spread(trainings, tasks, Workers(2)))
