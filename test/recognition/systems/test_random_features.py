"""The head on random features: linear in them, an exact map, fixed convolutions in a small file."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from mer_ros.errors import ConfigError
from mer_ros.explanation.methods.grad_cam import grad_cam
from mer_ros.recognition import checkpoint, create
from mer_ros.recognition.checkpoint import ModelCard
from mer_ros.recognition.sample import InputSpec


def a_head(**settings):
    torch.manual_seed(0)
    system = create("random_features", settings).eval()
    system.weight.normal_(0, 0.1)
    system.bias.normal_()
    return system


def test_the_logits_are_linear_in_the_grid_of_the_random_features():
    system, x = a_head(channels=4, grid=7), torch.randn(2, 3, 28, 28)
    cells = F.avg_pool2d(system.net(x), 2).flatten(1)
    torch.testing.assert_close(system(x).logits, cells @ system.weight.T + system.bias)


def test_the_cells_of_the_map_add_up_to_the_lead_of_the_label():
    system, x = a_head(channels=4), torch.randn(1, 3, 28, 28)
    system.weight.abs_()
    system.weight[1:] = 0.0  # the lead of label 0 is positive in every cell
    logits = system(x).logits[0] - system.bias
    found = grad_cam(system, x, 0, system.cam_rule)
    torch.testing.assert_close(found.map.sum(), logits[0] - logits.mean(), rtol=1e-4, atol=1e-4)
    assert found.map.shape == (14, 14)


def test_the_convolutions_are_those_of_a_seed_and_the_file_is_small(tmp_path):
    system, other = a_head(), a_head()
    assert torch.equal(system.net.first, other.net.first)
    path = tmp_path / "m.safetensors"
    checkpoint.save(path, system, ModelCard("random_features", tuple("abcdefg"), InputSpec("flow", 28)))
    x = torch.randn(2, 3, 28, 28)
    torch.testing.assert_close(checkpoint.load(path).system(x).logits, system(x).logits, atol=0.1, rtol=0.02)
    assert path.stat().st_size < 400_000


@pytest.mark.parametrize(
    ("settings", "said"), [({"grid": 15}, "'grid' is 15"), ({"channels": 0}, "'channels'")]
)
def test_settings_without_meaning_are_refused(settings, said):
    with pytest.raises(ConfigError, match=said):
        create("random_features", settings)
