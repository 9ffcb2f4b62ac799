from __future__ import annotations

import numpy as np
import pytest
from toy_entrants import Counted, processes

from mer_ros.evaluation.fold_training import FoldTraining
from mer_ros.evaluation.local_cluster import LocalCluster
from mer_ros.evaluation.protocol import protocol_of
from mer_ros.evaluation.workers import FoldTask, Workers


@pytest.mark.parametrize("count", [1, 3])
def test_every_task_has_one_outcome(count, make_clips, tmp_path):
    clips = make_clips(subject_ids=5, each=9, datasets=("casme2",))
    entrant = Counted(tmp_path)
    training = FoldTraining(
        entrant, entrant.features(clips.flow), clips.truth, clips.subject_ids, clips.datasets, 3, 0
    )
    folds = protocol_of("loso").folds(clips, 0)
    tasks = [FoldTask(10 + i, 0, i, fold, False) for i, fold in enumerate(folds)]
    found = dict(LocalCluster([training], Workers(count)).outcomes(tasks))
    assert sorted(found) == [10, 11, 12, 13, 14]
    assert all(np.allclose(one.probabilities.sum(1), 1) for one in found.values())
    assert 1 <= len(processes(tmp_path)) <= count
