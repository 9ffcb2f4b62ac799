"""Deletion and insertion on a reader whose relevant pixels are known."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mer_ros.explanation.faithfulness import deletion_insertion
from mer_ros.explanation.faithfulness.deletion import _relevant_first
from mer_ros.recognition import create


@pytest.fixture
def corner():
    """A reader of the first channel of the upper left quarter."""
    system = create("linear", {"size": 16}).train()
    system.weight[1, 0, :8, :8] = 0.3
    return system


def test_the_true_map_falls_and_rises_first(corner):
    x, labels = torch.ones(2, 3, 16, 16), torch.tensor([1, 1])
    truth = np.zeros((16, 16))
    truth[:8, :8] = 1
    areas = deletion_insertion(corner, x, labels, np.stack([truth, 1 - truth]))
    assert corner.training
    assert areas.gain[0] > 0.6 and areas.gain[1] < -0.6
    assert areas.deletion[0] == pytest.approx(areas.insertion[1], abs=0.05)


def test_the_area_of_one_step_is_the_mean_of_both_ends(corner):
    x = torch.ones(1, 3, 16, 16)
    areas = deletion_insertion(corner, x, torch.tensor([1]), np.zeros((1, 4, 4)), steps=1)
    ends = [torch.softmax(corner(one).logits, 1)[0, 1].item() for one in (x, 0 * x)]
    assert areas.deletion[0] == pytest.approx(np.mean(ends)) == areas.insertion[0]


def test_equal_values_come_in_random_order_and_every_pixel_once():
    place = _relevant_first(np.array([[1.0, 0.0], [0.0, 2.0]]), 2)
    assert place[1, 1] == 0 and place[0, 0] == 1 and sorted(place.ravel()) == [0, 1, 2, 3]
    even = _relevant_first(np.zeros((4, 4)), 16).ravel()
    assert sorted(even) == list(range(256)) and abs(np.corrcoef(even, np.arange(256))[0, 1]) < 0.2
