"""Mean of the Grad-CAM maps of the networks of a probe.

Each map is divided by its sum, so that all networks have the same weight, and resized to the resolution of
the largest. The random features of the probe have no map.

Example: two networks with maps [[1, 3]] and [[0, 2]] give ([[1/4, 3/4]] + [[0, 1]]) / 2 = [[1/8, 7/8]].
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from mer_ros.explanation.attribution import Attributions
from mer_ros.explanation.methods.grad_cam import grad_cams
from mer_ros.explanation.methods.method import Method
from mer_ros.recognition.system import System
from mer_ros.recognition.systems.votes import Votes


def maps(system: Votes, x: Tensor, labels: Tensor) -> Attributions:
    """The mean maps, (B, s, s); each network's map follows the ``cam_rule`` of that network."""
    cams = [
        grad_cams(system, x, labels, member.cam_rule, layer)
        for member, layer in zip(system.systems, system.gradcam_layers, strict=True)
    ]
    parts = [cam.map / cam.map.sum((1, 2), keepdim=True).clamp_min(1e-12) for cam in cams]
    size = max(part.shape[-1] for part in parts)
    resized = [F.interpolate(part[:, None], size=(size, size), mode="bilinear")[:, 0] for part in parts]
    return Attributions(torch.stack(resized).mean(0).numpy(), cams[0].output)


def _has_members(system: System) -> bool:
    return isinstance(system, Votes) and len(system.systems) > 0


METHOD = Method(maps, _has_members, "networks that vote")
"""The method's entry in the catalogue."""
