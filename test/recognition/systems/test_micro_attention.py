"""The attention unit and block against a computation written out from the formulas."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from mer_ros.recognition import create
from mer_ros.recognition.freezing import freeze_all_but
from mer_ros.recognition.systems.micro_attention import AttentionBlock, AttentionUnit


def by_the_formula(unit, shortcut, first, second):
    embedded = F.conv2d(torch.cat([shortcut, first, second], 1), unit.embedding.weight, unit.embedding.bias)
    score = (
        embedded.mean(1, keepdim=True)
        if unit.map is None
        else F.conv2d(embedded, unit.map.weight, unit.map.bias)
    )
    return torch.sigmoid(score)


def test_a_map_computed_by_hand():
    unit = AttentionUnit(1)
    with torch.no_grad():
        unit.embedding.weight.copy_(torch.tensor([1.0, 2.0, -1.0]).reshape(1, 3, 1, 1))
        unit.embedding.bias.fill_(0.5)
        unit.map.weight.fill_(2.0)
        unit.map.bias.fill_(-1.0)
    x, a, b = (torch.full((1, 1, 1, 1), value) for value in (0.5, 0.25, 1.0))
    # embedding 0.5 + 2 * 0.25 - 1 + 0.5 = 0.5, map 2 * 0.5 - 1 = 0, sigmoid 0.5
    assert unit(x, a, b).item() == pytest.approx(0.5)


@pytest.mark.parametrize("attention_map", ["conv", "mean"])
def test_the_collapsed_convolutions_are_the_two(attention_map):
    torch.manual_seed(0)
    unit = AttentionUnit(5, attention_map).double()
    maps = [torch.randn(2, 5, 4, 4, dtype=torch.double) for _ in range(3)]
    torch.testing.assert_close(unit(*maps), by_the_formula(unit, *maps))
    gradients = []
    for run in (unit, lambda *m: by_the_formula(unit, *m)):
        gradients.append(torch.autograd.grad(run(*maps).square().sum(), list(unit.parameters())))
    torch.testing.assert_close(gradients[0], gradients[1])


@pytest.mark.parametrize("attention_map", ["conv", "mean"])
@pytest.mark.parametrize("stride", [1, 2])
def test_a_block_is_t_times_one_plus_m(stride, attention_map):
    torch.manual_seed(0)
    shortcut = torch.nn.Conv2d(4, 6, 1, stride)
    block = AttentionBlock(4, 6, stride, shortcut, attention_map=attention_map).eval()
    x = torch.randn(2, 4, 8, 8)
    first = F.relu(block.bn1(block.conv1(x)))
    second = block.bn2(block.conv2(first))
    t = second + shortcut(x)
    m = by_the_formula(block.attention, shortcut(x), first, second)
    assert m.shape == (2, 1, 8 // stride, 8 // stride)
    torch.testing.assert_close(block(x), F.relu(t + m * t))
    torch.testing.assert_close(block(x), F.relu(t) * (1 + m))  # the ReLU may stand on either side


def test_full_attention_doubles_and_none_leaves_the_block_alone():
    block = AttentionBlock(4, 4).eval()
    x = torch.randn(1, 4, 6, 6)
    with torch.no_grad():
        block.attention.map.weight.zero_()
        block.attention.map.bias.fill_(-1e4)
        plain = block(x)
        block.attention.map.bias.fill_(1e4)
        torch.testing.assert_close(block(x), 2 * plain)


def test_the_mean_over_channels_computed_by_hand():
    unit = AttentionUnit(2, "mean")
    with torch.no_grad():
        unit.embedding.weight.zero_()
        unit.embedding.weight[0, 0] = 2.0  # of the shortcut's first channel
        unit.embedding.weight[1, 5] = 4.0  # of the second convolution's second channel
        unit.embedding.bias.copy_(torch.tensor([1.0, -2.0]))
    x, a, b = (torch.tensor(v).reshape(1, 2, 1, 1) for v in ([1.0, 9.0], [9.0, 9.0], [9.0, 0.25]))
    # embedding [2 * 1 + 1, 4 * 0.25 - 2] = [3, -1], mean 1
    assert unit(x, a, b).item() == pytest.approx(torch.sigmoid(torch.tensor(1.0)).item())


def test_the_mean_needs_one_convolution_less_in_every_block():
    by = {name: create("micro_attention", {"attention_map": name}) for name in ("conv", "mean")}
    count = {name: freeze_all_but(system, system.head_parameters) for name, system in by.items()}
    assert count["conv"] - count["mean"] == sum(c + 1 for c in (64, 64, 128, 128, 256, 256, 512, 512))
    assert not [name for name, _ in by["mean"].named_parameters() if ".attention.map." in name]
