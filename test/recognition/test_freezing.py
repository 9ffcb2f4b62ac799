"""Frozen parameters and statistics stay unchanged; trainable parameters are counted."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from mer_ros.errors import ConfigError
from mer_ros.recognition import create
from mer_ros.recognition.freezing import ALL, freeze_all_but, freeze_norm_statistics

NARROW = {"widths": [8, 8, 16, 16], "depths": [1, 1, 1, 1]}


def toy():
    return nn.ModuleDict(
        {"trunk": nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2)), "head": nn.Linear(2, 3)}
    )


def test_the_named_part_is_trainable_and_counted():
    network = toy()
    assert freeze_all_but(network, ("head.*",)) == 2 * 3 + 3
    assert [name for name, p in network.named_parameters() if p.requires_grad] == ["head.weight", "head.bias"]
    assert freeze_all_but(network, ALL) == sum(p.numel() for p in network.parameters())


def test_a_pattern_without_a_match_is_refused():
    with pytest.raises(ConfigError, match=r"matches 'tail\.\*'"):
        freeze_all_but(toy(), ("head.*", "tail.*"))


def test_norms_of_what_is_frozen_keep_their_statistics_and_others_do_not():
    network = toy().train()
    freeze_all_but(network, ("head.*",))
    freeze_norm_statistics(network)
    assert not network["trunk"][1].training and network["trunk"][0].training
    freeze_all_but(network, ("trunk.1.bias", "head.*"))  # a norm that learns in part moves
    network.train()
    freeze_norm_statistics(network)
    assert network["trunk"][1].training


def test_micro_attention_trains_only_its_attention_and_its_head():
    system = create("micro_attention", {})
    learned = freeze_all_but(system, system.head_parameters)
    widths = [64, 64, 128, 128, 256, 256, 512, 512]
    units = sum(3 * c * c + c + c + 1 for c in widths)  # two 1x1 convolutions, each with its bias
    assert learned == units + 512 * 7 + 7 == 2_096_399
    resnet18, shortcut = 11_176_512, 64 * 64 + 2 * 64  # without its head; where layer 1 halves the map
    assert sum(p.numel() for p in system.parameters()) == learned + resnet18 + shortcut


def test_a_step_moves_nothing_of_the_frozen_backbone():
    torch.manual_seed(0)
    system = create("micro_attention", {"n_labels": 3, "backbone": NARROW})
    freeze_all_but(system, system.head_parameters)
    before = {name: value.clone() for name, value in system.state_dict().items()}
    optimiser = torch.optim.AdamW(system.parameters(), 0.1)
    x, y = torch.randn(4, 3, 56, 56) + 3, torch.tensor([0, 1, 2, 0])
    system.train()
    sum(system.loss(system(x), x, y).values()).backward()
    optimiser.step()
    moved = {name for name, value in system.state_dict().items() if not torch.equal(value, before[name])}
    assert moved and all(name.startswith("head.") or ".attention." in name for name in moved)


def test_all_parameters_are_trainable_if_nothing_is_frozen():
    system = create("micro_attention", {"n_labels": 3, "backbone": NARROW}).train()
    assert all(module.training for module in system.modules())
