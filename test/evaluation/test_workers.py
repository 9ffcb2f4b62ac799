from __future__ import annotations

import numpy as np
import pytest
from toy_entrants import Counted

from mer_ros.evaluation.fold_training import FoldTraining
from mer_ros.evaluation.protocol import Fold
from mer_ros.evaluation.workers import FoldTask, Workers, outcome


@pytest.mark.parametrize(
    ("workers", "apart"),
    [(Workers(), False), (Workers(2), True), (Workers(1, ray="auto"), True), (Workers(0, ray="auto"), True)],
)
def test_one_worker_without_a_cluster_is_the_calling_process(workers, apart):
    assert workers.are_processes == apart


def test_an_outcome_carries_the_index_of_its_task(make_clips, tmp_path):
    clips, entrant = make_clips(subject_ids=2, each=9, datasets=("casme2",)), Counted(tmp_path)
    features = entrant.features(clips.flow)
    training = FoldTraining(entrant, features, clips.truth, clips.subject_ids, clips.datasets, 3, 0)
    task = FoldTask(7, 0, 1, Fold("casme2/s01", np.arange(9), np.arange(9, 18)), True)
    index, prediction = outcome(training, task, 1)
    assert index == 7 and prediction.probabilities.shape == (9, 3)
    assert np.array_equal(prediction.inspection.test, features[9:])
