"""Integrated gradients add up to the change of the score, and are exact for a linear reader."""

from __future__ import annotations

import pytest
import torch

from mer_ros.explanation.methods.integrated_gradients import contributions
from mer_ros.explanation.methods.linear_contributions import contributions as exact
from mer_ros.explanation.methods.method import scores
from mer_ros.recognition import create

NARROW = {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}


def test_of_a_linear_reader_they_are_the_exact_contributions():
    torch.manual_seed(0)
    system = create("linear", {"size": 16})
    system.weight.normal_()
    x = torch.randn(1, 3, 16, 16)
    found = contributions(system, x, torch.tensor([3]))
    torch.testing.assert_close(found[0].sum(0), exact(system, x, 3))


@pytest.mark.parametrize("name", ["prototype", "micro_attention"])
def test_they_add_up_to_the_change_of_the_score(name):
    torch.manual_seed(0)
    system = create(name, {"backbone": NARROW}).eval().requires_grad_(False)
    x, labels = torch.randn(2, 3, 56, 56), torch.tensor([0, 5])
    with torch.inference_mode():
        found = contributions(system, x, labels, steps=200)
        at_x, at_blank = (
            scores(system(one).logits, labels, system.cam_rule) for one in (x, torch.zeros_like(x))
        )
    torch.testing.assert_close(found.sum((1, 2, 3)), at_x - at_blank, rtol=0.03, atol=0.01)
