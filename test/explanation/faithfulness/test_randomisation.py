from __future__ import annotations

import pytest
import torch

from mer_ros.explanation.faithfulness import with_shuffled_weights
from mer_ros.recognition import create


@pytest.mark.parametrize("name", ["linear_prototype", "micro_attention", "me_plan"])
def test_every_tensor_keeps_its_values_in_another_order(name):
    torch.manual_seed(0)
    system = create(name, {}).eval()
    for value in system.state_dict().values():
        if value.is_floating_point():
            value.copy_(torch.rand_like(value))
    before = {key: value.clone() for key, value in system.state_dict().items()}
    shuffled = with_shuffled_weights(system, 0).state_dict()
    moved = 0
    for key, value in system.state_dict().items():
        assert torch.equal(value, before[key]), "the system itself is unchanged"
        torch.testing.assert_close(shuffled[key].flatten().sort()[0], value.flatten().sort()[0])
        moved += not torch.equal(shuffled[key], value)
    assert moved > 1
