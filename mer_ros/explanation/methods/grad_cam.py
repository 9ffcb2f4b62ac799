"""Grad-CAM: the positions in a feature map that support a score.

Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization",
arXiv:1610.02391, equations 1 and 2:

    alpha_k = mean over i, j of d y_c / d A_kij,    L = ReLU(sum_k alpha_k A_k)

A is the output of the system's ``gradcam_layer``, after its attention, at least 14x14; the paper reads the
last convolutional layer, which is coarser here. y_c is the logit of the class; for a model with prototypes it
is the negative squared distance to the nearest prototype of the class.

Two departures, each used only by systems with the corresponding ``cam_rule``:

- target ``contrast``: y_c minus the mean of y over all classes. Near its prototype the gradient of a
  distance, 2 (p - z), vanishes and then changes sign, so the paper's map would show what differs from the
  prototype. The difference between distances is linear in z and shows what supports the class at any
  distance.
- weights ``cell``: L = ReLU(sum_k d y_c / d A_k * A_k), cell by cell. Draelos and Carin, "Use HiResCAM
  instead of Grad-CAM for faithful explanations of convolutional neural networks", arXiv:2011.08891, show that
  this map contains the cells that the network used, even if the following layers are not linear.

Example: the layer's output A is (1, 2, 2, 2) with the channels [[1, 2], [3, 4]] and [[0, 1], [0, 0]], and
y = 2 * sum(A_1) - 4 * sum(A_2). Then alpha = [2, -4], and the map (2, 2) is

    L = ReLU(2 * [[1, 2], [3, 4]] - 4 * [[0, 1], [0, 0]]) = [[2, 0], [6, 8]]
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mer_ros.explanation.attribution import Attribution
from mer_ros.recognition.system import ModelOutput
from mer_ros.recognition.systems.network import PAPER, CamRule, Network


@dataclass(frozen=True, eq=False)
class GradCam:
    """Map and output of one pass.

    map: (h, w) float32 on the CPU, 0 or more; (t, h, w) if the output of the layer has a time axis. output:
    output of the system for the same input.
    """

    map: Tensor
    output: ModelOutput


def attribute(system: Network, x: Tensor, label: int) -> Attribution:
    """The map by the ``cam_rule`` of the network."""
    cam = grad_cam(system, x, label, system.cam_rule)
    return Attribution(cam.map.numpy(), cam.output)


def grad_cam(system: Network, x: Tensor, label: int, rule: CamRule = PAPER, layer: str = "") -> GradCam:
    """The map of class ``label`` for one input, (1, 3, S, S) or (1, T, 3, S, S).

    layer: name of the submodule to read; "" for the system's ``gradcam_layer``.

    The system is unchanged afterwards, even after an error: same mode, no hook, no gradients, no graph. Its
    weights may be frozen.
    """
    module = system.get_submodule(layer or system.gradcam_layer)
    kept: list[Tensor] = []

    def keep(_module: nn.Module, _inputs: tuple[Tensor, ...], activation: Tensor) -> Tensor:
        leaf = activation.detach().requires_grad_()  # no graph before it: fast, and weights may be frozen
        kept.append(leaf)
        return leaf.clone()  # the next layer may modify its input in place

    was_training = system.training
    hook = module.register_forward_hook(keep)
    try:
        system.eval()
        with torch.inference_mode(False), torch.enable_grad():
            output = system(x.clone())
            (gradient,) = torch.autograd.grad(_score(output, label, rule), kept[0])
        with torch.no_grad():
            cells = tuple(range(2, gradient.ndim))  # axes of space, or of time and space
            alpha = gradient if rule.weights == "cell" else gradient.mean(cells, keepdim=True)  # (1, K, 1, 1)
            cam = torch.relu((alpha * kept[0]).sum(1))[0]  # (h, w)
    finally:
        hook.remove()
        system.train(was_training)
    return GradCam(cam.float().cpu(), _detached(output))


def _score(output: ModelOutput, label: int, rule: CamRule) -> Tensor:
    """y_c. The logits of a system with prototypes are the negative distances to the nearest prototypes."""
    own = output.logits[0, label]
    return own - output.logits[0].mean() if rule.target == "contrast" else own


def _detached(output: ModelOutput) -> ModelOutput:
    distances = None if output.distances is None else output.distances.detach()
    latent = None if output.latent is None else output.latent.detach()
    return ModelOutput(output.logits.detach(), distances, latent)
