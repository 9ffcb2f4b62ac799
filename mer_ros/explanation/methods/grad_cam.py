"""Grad-CAM: where in a feature map a score comes from.

Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization",
arXiv:1610.02391, equations 1 and 2:

    alpha_k = mean over i, j of d y_c / d A_kij,    L = ReLU(sum_k alpha_k A_k)

A is the output of the system's ``gradcam_layer``, after its attention, at least 14x14; the paper reads the
last convolutional layer, which is coarser here. y_c is the logit of the class; for a model with prototypes
minus the squared distance to the winning prototype of the class.

Two departures, each only where a system asks for it by its ``cam_rule``:

- target ``contrast``: y_c less the mean of all classes' y. Near its prototype the gradient of a distance,
  2 (p - z), vanishes and then turns round, so that the paper's map shows what is not yet like the prototype.
  The difference between distances is linear in z and keeps saying what speaks for this one.
- weights ``cell``: L = ReLU(sum_k d y_c / d A_k * A_k), cell by cell, which Draelos and Carin, "Use HiResCAM
  instead of Grad-CAM for faithful explanations of convolutional neural networks", arXiv:2011.08891, show to
  point at what the network used where layers follow that are not linear.

Example: one channel A = [[1, 2], [3, 4]] and y = 2 * sum(A) give alpha = 2 and L = [[2, 4], [6, 8]].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mer_ros.explanation.evidence import Evidence, evidence
from mer_ros.recognition.registry import Output
from mer_ros.recognition.systems.network import PAPER, CamRule, Network
from mer_ros.recognition.systems.probe import Probe


@dataclass(frozen=True, eq=False)
class GradCam:
    """map: (h, w) float32 on the CPU, 0 or more; (t, h, w) where the layer's output has time.

    output: the system's answer to the same input.
    """

    map: Tensor
    output: Output


@evidence.register
def _of_probe(system: Probe, x: Tensor, label: int) -> Evidence:
    """The mean of the maps of all its networks, each with the same sum; what was never trained has no map."""
    cams = [
        grad_cam(system, x, label, cast(Network, member).cam_rule, layer)
        for member, layer in zip(system.members, system.gradcam_layers, strict=True)
    ]
    parts = [cam.map / cam.map.sum().clamp_min(1e-12) for cam in cams]
    size = max(part.shape[-1] for part in parts)
    even = [F.interpolate(part[None, None], size=(size, size), mode="bilinear")[0, 0] for part in parts]
    return Evidence(torch.stack(even).mean(0).numpy(), cams[0].output)


@evidence.register
def _of_network(system: Network, x: Tensor, label: int) -> Evidence:
    """The map by the network's own rule."""
    cam = grad_cam(system, x, label, system.cam_rule)
    return Evidence(cam.map.numpy(), cam.output)


def grad_cam(system: Network, x: Tensor, label: int, rule: CamRule = PAPER, layer: str = "") -> GradCam:
    """The map of class ``label`` for one input, (1, 3, S, S) or (1, T, 3, S, S).

    layer: where, or else in the system's own.

    The system answers as it does without: its weights may be frozen, its mode and its hooks are as before,
    also after an error, and nothing of the graph is kept.
    """
    read = system.get_submodule(layer or system.gradcam_layer)
    kept: list[Tensor] = []

    def keep(_module: nn.Module, _inputs: tuple[Tensor, ...], activation: Tensor) -> Tensor:
        leaf = activation.detach().requires_grad_()  # no graph below: cheap, and weights may be frozen
        kept.append(leaf)
        return leaf.clone()  # what follows may work in place

    was_training = system.training
    hook = read.register_forward_hook(keep)
    try:
        system.eval()
        with torch.inference_mode(False), torch.enable_grad():
            output = system(x.clone())
            (gradient,) = torch.autograd.grad(_score(output, label, rule), kept[0])
        with torch.no_grad():
            cells = tuple(range(2, gradient.ndim))  # of space, or of time and space
            alpha = gradient if rule.weights == "cell" else gradient.mean(cells, keepdim=True)  # (1, K, 1, 1)
            cam = torch.relu((alpha * kept[0]).sum(1))[0]  # (h, w)
    finally:
        hook.remove()
        system.train(was_training)
    return GradCam(cam.float().cpu(), _detached(output))


def _score(output: Output, label: int, rule: CamRule) -> Tensor:
    """y_c. A prototype system's logit is already minus the distance to the class's winning prototype."""
    own = output.logits[0, label]
    return own - output.logits[0].mean() if rule.target == "contrast" else own


def _detached(output: Output) -> Output:
    distances = None if output.distances is None else output.distances.detach()
    latent = None if output.latent is None else output.latent.detach()
    return Output(output.logits.detach(), distances, latent)
