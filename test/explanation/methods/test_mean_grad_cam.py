"""The map of a probe is the mean of the maps of its networks."""

from __future__ import annotations

import torch

from mer_ros.explanation.methods import attribute
from mer_ros.explanation.methods.grad_cam import grad_cam
from mer_ros.recognition.registry import create

NARROW = {"widths": [8, 8, 8, 8], "depths": [1, 1, 1, 1]}


def test_a_probes_map_is_the_mean_of_its_networks_maps():
    torch.manual_seed(0)
    member = {"system": "micro_attention", "settings": {"backbone": NARROW}, "layers": ["trunk.layer2"]}
    system = create("probe", {"members": [member, member], "grid": 3, "untrained": 4}).eval()
    system.translation.copy_(torch.eye(7))
    x = torch.randn(1, 3, 56, 56)
    found = attribute(system, x, 2)
    one, other = (grad_cam(system, x, 2, layer=layer).map for layer in system.gradcam_layers)
    assert found.map.shape == (14, 14) and (one.sum() > 0 or other.sum() > 0)
    parts = [part / part.sum().clamp_min(1e-12) for part in (one, other)]  # an empty map adds nothing
    torch.testing.assert_close(torch.from_numpy(found.map), sum(parts) / 2, rtol=1e-4, atol=1e-6)
