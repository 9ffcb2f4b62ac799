"""Linear prototypes: distances, shares and the linear lead, against the formulas of the docstring."""

from __future__ import annotations

import pytest
import torch

from mer_ros.errors import ConfigError
from mer_ros.recognition import create


@pytest.fixture
def system():
    made = create("linear_prototype", {"n_labels": 3, "size": 16})
    generator = torch.Generator().manual_seed(0)
    for name in ("weight", "bias", "prototypes", "decoded"):
        tensor = getattr(made, name)
        tensor.copy_(torch.randn(tensor.shape, generator=generator))
    made.shares.copy_(torch.tensor([0.5, 0.3, 0.2]))
    return made


@pytest.fixture
def x():
    return torch.randn(4, 3, 16, 16, generator=torch.Generator().manual_seed(1))


def test_logits_are_negative_distances_with_the_shares_of_the_classes(system, x):
    output = system(x)
    latent = torch.stack([(x * w).sum((1, 2, 3)) for w in system.weight], 1) + system.bias
    torch.testing.assert_close(output.latent, latent, atol=1e-3, rtol=1e-4)
    distances = torch.stack([((latent - p) ** 2).sum(1) for p in system.prototypes], 1)
    torch.testing.assert_close(output.distances, distances, rtol=1e-3, atol=1e-2)
    torch.testing.assert_close(output.logits, 2 * system.shares.log() - output.distances)
    assert (-output.logits >= output.distances).all()


def test_the_lead_of_a_label_is_linear_in_the_sample(system, x):
    logits = system(x).logits
    lead = logits[:, 1] - logits.mean(1)
    found = (x * system.lead_weights(1)).sum((1, 2, 3))
    offsets = lead - found
    torch.testing.assert_close(offsets, offsets[:1].expand(4), atol=1e-3, rtol=1e-4)


def test_each_class_has_one_prototype_that_is_shown_as_its_mean_flow(system, x):
    assert system.nearest_prototype(2, system(x).distances[0]) == 2
    torch.testing.assert_close(system.decode(2), system.decoded[2])
    assert system.stored()["decoded"].dtype == torch.float16


def test_a_share_of_nothing_is_refused(system):
    system.shares[1] = 0
    with pytest.raises(ConfigError, match="share of 0"):
        system.check()
