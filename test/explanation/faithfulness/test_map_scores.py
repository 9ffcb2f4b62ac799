"""The scores of a system whose relevant pixels are known, and the choice among methods."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mer_ros.explanation.faithfulness import MapScores, map_scores, most_faithful
from mer_ros.explanation.methods import methods_of
from mer_ros.motion.normalisation import face_window
from mer_ros.recognition import create


def test_a_reader_is_scored_by_each_of_its_methods():
    torch.manual_seed(0)
    system = create("linear", {"size": 28})
    system.weight[2, 0, 10:16, 10:16] = torch.rand(6, 6) + 0.5
    x, labels = torch.rand(3, 3, 28, 28) + 0.5, torch.tensor([2, 2, 2])
    regions = np.zeros((3, 28, 28), bool)
    regions[:, 10:16, 10:16] = True
    found = map_scores(system, x, labels, regions, face_window(128))
    assert tuple(found) == methods_of(system)
    exact = found["linear_contributions"]
    assert exact.pointing == 1 and exact.gain > 0.5 and exact.shuffled < 0.5
    assert exact.inside_face == pytest.approx(1 / face_window(128).mean(), rel=0.02)
    assert all(one.gain <= exact.gain + 0.02 for one in found.values())
    assert map_scores(system, x, labels, regions, face_window(128), ["hires_cam"]) == {
        "hires_cam": found["hires_cam"]
    }


def test_a_map_that_ignores_the_weights_is_no_default():
    scores = {
        "first": MapScores(0.5, 0.2, 0.9, 2.0, 0.2),
        "better": MapScores(0.6, 0.2, 0.5, 2.0, 0.2),
        "fixed": MapScores(0.9, 0.0, 1.0, 2.0, 0.9),
    }
    assert most_faithful(scores) == "better"
