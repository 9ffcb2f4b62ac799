"""Initial weights: those of ResNet, and none where a checkpoint replaces them."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from mer_ros.recognition.backbones.initial_weights import initialise_convolutions, normal_parameter


def test_convolutions_without_bias_have_the_deviation_of_the_paper():
    torch.manual_seed(0)
    trunk = nn.Sequential(
        nn.Conv2d(8, 64, 3, bias=False), nn.Conv3d(8, 64, 3, bias=False), nn.Conv2d(8, 64, 1)
    )
    kept = trunk[2].weight.clone()
    initialise_convolutions(trunk)
    for layer, size in ((trunk[0], 9), (trunk[1], 27)):
        assert float(layer.weight.detach().std()) == pytest.approx((2 / (64 * size)) ** 0.5, rel=0.05)
    assert torch.equal(trunk[2].weight, kept)


def test_a_parameter_is_drawn_with_its_deviation():
    torch.manual_seed(0)
    drawn = normal_parameter(50, 40, 0.1)
    assert drawn.shape == (50, 40) and float(drawn.detach().std()) == pytest.approx(0.1, rel=0.05)


def test_nothing_is_drawn_where_a_checkpoint_will_be_loaded():
    before = torch.get_rng_state()
    with torch.device("meta"):
        layer = nn.Conv2d(8, 64, 3, bias=False)
        after = torch.get_rng_state()
        initialise_convolutions(nn.Sequential(layer))
        assert normal_parameter(5, 4, 0.1).is_meta
    assert torch.equal(torch.get_rng_state(), after) and torch.equal(before, after)


def test_a_parameter_has_the_values_of_randn():
    torch.manual_seed(1)
    drawn = normal_parameter(5, 4, 0.1)
    torch.manual_seed(1)
    assert torch.equal(drawn, torch.randn(5, 4) * 0.1)
