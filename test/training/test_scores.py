"""Scores against counts done by hand."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.training.scores import Scores


def test_scores_by_hand():
    scores = Scores.of(np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 0, 1]), 3)
    assert scores.confusion.tolist() == [[2, 1, 0], [1, 1, 0], [0, 1, 0]]
    assert scores.accuracy == pytest.approx(3 / 6)
    assert scores.f1.tolist() == pytest.approx([4 / 6, 2 / 5, 0])
    assert scores.uf1 == pytest.approx((4 / 6 + 2 / 5) / 3)
    assert scores.uar == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)


def test_a_class_that_does_not_occur_leaves_the_recall_alone():
    scores = Scores.of(np.array([0, 1]), np.array([0, 1]), 3)
    assert scores.uar == 1 and scores.uf1 == pytest.approx(2 / 3)


def test_nothing_scores_nothing():
    empty = Scores.of(np.empty(0, np.int64), np.empty(0, np.int64), 2)
    assert (empty.accuracy, empty.uf1, empty.uar) == (0, 0, 0)
