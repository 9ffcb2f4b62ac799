"""Attention maps of every block, as the network multiplies by them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mer_ros.explanation.methods import attribute, methods_of
from mer_ros.explanation.methods.attention import NOTE, attention_maps
from mer_ros.recognition import create

NARROW = {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}


def test_every_block_has_its_map_and_the_method_their_mean():
    torch.manual_seed(0)
    system = create("micro_attention", {"backbone": NARROW}).eval()
    x = torch.randn(2, 3, 56, 56)
    found, output = attention_maps(system, x)
    assert list(found) == [f"trunk.layer{i}.0.attention" for i in (1, 2, 3, 4)]
    assert all(one.min() > 0 and one.max() < 1 and len(one) == 2 for one in found.values())
    assert torch.equal(output.logits, system(x).logits.detach())
    size = max(one.shape[-1] for one in found.values())
    mean = attribute(system, x[:1], 0, "attention")
    assert mean.map.shape == (size, size) and mean.note == NOTE and 0 < mean.map.max() <= 1
    np.testing.assert_array_equal(mean.map, attribute(system, x[:1], 5, "attention").map)


def test_the_weights_of_me_plan_sum_to_one_over_space_and_time():
    system = create("me_plan", {}).eval()
    found, _ = attention_maps(system, torch.randn(2, 8, 3, 28, 28))
    (weights,) = found.values()
    torch.testing.assert_close(weights.sum((1, 2)), torch.ones(2))


def test_hooks_are_gone_after_an_error():
    system = create("micro_attention", {"backbone": NARROW}).train()
    with pytest.raises(RuntimeError):
        attention_maps(system, torch.zeros(1, 2, 56, 56))
    assert not any(module._forward_hooks for module in system.modules()) and system.training


def test_a_network_without_attention_has_none():
    assert "attention" not in methods_of(create("prototype", {"backbone": NARROW, "decoder_width": 16}))
