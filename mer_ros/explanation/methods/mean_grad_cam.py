"""Mean of the Grad-CAM maps of the networks of a probe.

Each map is divided by its sum, so that all networks have the same weight, and resized to the resolution of
the largest. The random features of the probe have no map.

Example: two networks with maps [[1, 3]] and [[0, 2]] give ([[1/4, 3/4]] + [[0, 1]]) / 2 = [[1/8, 7/8]].
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor
from torch.nn import functional as F

from mer_ros.explanation.attribution import Attribution
from mer_ros.explanation.methods.grad_cam import grad_cam
from mer_ros.recognition.systems.network import Network
from mer_ros.recognition.systems.probe import Probe


def attribute(system: Probe, x: Tensor, label: int) -> Attribution:
    """The mean map; each network's map follows the ``cam_rule`` of that network."""
    cams = [
        grad_cam(system, x, label, cast(Network, member).cam_rule, layer)
        for member, layer in zip(system.members, system.gradcam_layers, strict=True)
    ]
    parts = [cam.map / cam.map.sum().clamp_min(1e-12) for cam in cams]
    size = max(part.shape[-1] for part in parts)
    resized = [F.interpolate(part[None, None], size=(size, size), mode="bilinear")[0, 0] for part in parts]
    return Attribution(torch.stack(resized).mean(0).numpy(), cams[0].output)
