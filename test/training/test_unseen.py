"""The pairs of the unseen generator: another head, another noise, other subjects."""

from __future__ import annotations

import numpy as np

from mer_ros.data.synthetic import TRAIN_SUBJECTS, VALIDATION_SUBJECTS
from mer_ros.recognition.sample import InputSpec
from mer_ros.training.unseen import TASK, unseen_pairs


def test_each_head_is_trained_on_once_and_tested_on_once(recorder, few_subjects):
    recorded = recorder()
    pairs = list(unseen_pairs(40, 20, 3, InputSpec("flow", 28), recorded))
    assert [(pair.head, pair.other) for pair in pairs] == [
        ("photograph", "parametric"),
        ("parametric", "photograph"),
    ]
    for pair in pairs:
        assert len(pair.train) == 40 and len(pair.test) == 20
        assert pair.train.data.shape[1:] == (3, 28, 28)
        assert set(pair.train.subjects) <= set(TRAIN_SUBJECTS)
        assert set(pair.test.subjects) <= set(VALIDATION_SUBJECTS)
    assert not np.array_equal(pairs[0].train.data, pairs[1].train.data)
    assert recorded.totals == {TASK: 120} and recorded.steps[-1][:2] == (TASK, 120)
    assert recorded.finished_tasks == [TASK]
