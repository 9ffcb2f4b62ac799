"""The linear reader against the formula of its docstring."""

from __future__ import annotations

import torch

from mer_ros.recognition import create


def test_logits_are_a_sum_over_pixels_and_the_lead_is_linear():
    system = create("linear", {"n_labels": 4, "size": 16})
    generator = torch.Generator().manual_seed(0)
    system.weight.copy_(torch.randn(system.weight.shape, generator=generator))
    system.bias.copy_(torch.tensor([1.0, 0, 0, -1]))
    x = torch.randn(5, 3, 16, 16, generator=generator)
    logits = system(x).logits
    by_hand = torch.stack([(x * system.weight[c]).sum((1, 2, 3)) + system.bias[c] for c in range(4)], 1)
    torch.testing.assert_close(logits, by_hand, atol=1e-3, rtol=1e-4)
    lead = logits[:, 2] - logits.mean(1)
    torch.testing.assert_close((x * system.lead_weights(2)).sum((1, 2, 3)), lead, atol=1e-3, rtol=1e-4)
