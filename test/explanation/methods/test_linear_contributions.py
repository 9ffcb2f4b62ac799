"""Contributions of pixels: exact, and the map is their positive part."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from mer_ros.explanation.methods import attribute
from mer_ros.explanation.methods.linear_contributions import contributions
from mer_ros.explanation.notes import note_of
from mer_ros.recognition import create


@pytest.mark.parametrize("name", ["linear", "linear_prototype"])
def test_contributions_add_up_to_the_change_of_the_lead(name):
    system = create(name, {"n_labels": 3, "size": 16})
    generator = torch.Generator().manual_seed(0)
    for tensor in system.buffers():
        if tensor.shape != (3,):
            tensor.copy_(torch.randn(tensor.shape, generator=generator))
    x = torch.randn(2, 3, 16, 16, generator=generator)
    logits = system(x).logits
    leads = logits[:, 0] - logits.mean(1)
    signed = [contributions(system, one[None], 0) for one in x]
    torch.testing.assert_close(signed[0].sum() - signed[1].sum(), leads[0] - leads[1], atol=1e-2, rtol=1e-4)
    found = attribute(system, x[:1], 0)
    np.testing.assert_allclose(found.map, np.maximum(signed[0].numpy(), 0), rtol=1e-5)
    support = float(signed[0].clamp_min(0).sum() / signed[0].abs().sum())
    assert found.map.shape == (16, 16) and found.note == note_of("linear", [("", support)])


def test_without_movement_there_is_no_evidence():
    system = create("linear", {"n_labels": 3, "size": 16})
    found = attribute(system, torch.zeros(1, 3, 16, 16), 1)
    assert not found.map.any() and found.note == note_of("linear", [("", 0)])
