"""Grad-CAM: the positions in a feature map that support a score.

Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization",
arXiv:1610.02391, equations 1 and 2:

    alpha_k = mean over i, j of d y_c / d A_kij,    L = ReLU(sum_k alpha_k A_k)

A is the output of the system's ``gradcam_layer``, after its attention, at least 14x14; the paper reads the
last convolutional layer, which is coarser here. y_c is the logit of the class; for a model with prototypes it
is the negative squared distance to the nearest prototype of the class.

The catalogue's ``grad_cam`` has the paper's weights; ``hires_cam`` and ``grad_cam_plus_plus`` weigh the same
activations differently. The target is that of the system's ``cam_rule``:

- target ``contrast``: y_c minus the mean of y over all classes. Near its prototype the gradient of a
  distance, 2 (p - z), vanishes and then changes sign, so the paper's map would show what differs from the
  prototype. The difference between distances is linear in z and shows what supports the class at any
  distance.
- weights ``cell``: see ``hires_cam``.
- weights ``plus_plus``: see ``grad_cam_plus_plus``.

The maps of a layer with a time axis are summed over time; the note gives what the sum hides (``phases``).

Example: the layer's output A is (1, 2, 2, 2) with the channels [[1, 2], [3, 4]] and [[0, 1], [0, 0]], and
y = 2 * sum(A_1) - 4 * sum(A_2). Then alpha = [2, -4], and the map (2, 2) is

    L = ReLU(2 * [[1, 2], [3, 4]] - 4 * [[0, 1], [0, 0]]) = [[2, 0], [6, 8]]
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from mer_ros.explanation.attribution import Attributions, detached, output_of
from mer_ros.explanation.methods.method import Method, channels_last, evaluation_mode, scores
from mer_ros.explanation.methods.phases import phase_note, phase_shares
from mer_ros.recognition.system import CamRule, CamWeights, ModelOutput, System
from mer_ros.recognition.systems.network import PAPER

NEEDS = "one layer with feature maps"


@dataclass(frozen=True, eq=False)
class GradCam:
    """Map and output of one pass.

    map: (h, w) float32 on the CPU, 0 or more; (t, h, w) if the output of the layer has a time axis; both with
    a first axis B for a batch. output: output of the system for the same input.
    """

    map: Tensor
    output: ModelOutput


def has_layer(system: System) -> bool:
    """Whether a system has exactly one layer for Grad-CAM; several are read by ``mean_grad_cam``."""
    return len(system.gradcam_layers) == 1


def by_weights(weights: CamWeights) -> Callable[[System, Tensor, Tensor], Attributions]:
    """Maps with these weights and the target of the system's ``cam_rule``."""

    def maps(system: System, x: Tensor, labels: Tensor) -> Attributions:
        cam = grad_cams(system, x, labels, replace(system.cam_rule, weights=weights))
        found = cam.map.numpy()
        if found.ndim == 3:
            return Attributions(found, cam.output)
        notes = tuple(phase_note(phase_shares(one, x.shape[1])) for one in found)
        return Attributions(found.sum(1), cam.output, notes)

    return maps


def grad_cam(system: System, x: Tensor, label: int, rule: CamRule = PAPER, layer: str = "") -> GradCam:
    """The map of class ``label`` for one input, (1, 3, S, S) or (1, T, 3, S, S); see ``grad_cams``."""
    found = grad_cams(system, x, torch.tensor([label]), rule, layer)
    return GradCam(found.map[0], output_of(found.output, 0))


def grad_cams(system: System, x: Tensor, labels: Tensor, rule: CamRule = PAPER, layer: str = "") -> GradCam:
    """The maps of (B,) classes for B inputs, in one forward and one backward pass from the layer on.

    layer: name of the submodule to read; "" for the system's ``gradcam_layer``.

    The system is unchanged afterwards, even after an error: same mode, no hook, no gradients, no graph. Its
    weights may be frozen. The hook acts only in the calling thread, so inference in other threads goes on.
    """
    module = system.get_submodule(layer or system.gradcam_layer)
    kept: list[Tensor] = []
    caller = threading.get_ident()

    def keep(_module: nn.Module, _inputs: tuple[Tensor, ...], activation: Tensor) -> Tensor | None:
        if threading.get_ident() != caller:
            return None
        leaf = activation.detach().requires_grad_()  # no graph before it: fast, and weights may be frozen
        kept.append(leaf)
        return leaf.clone()  # the next layer may modify its input in place

    hook = module.register_forward_hook(keep)
    try:
        with evaluation_mode(system), torch.inference_mode(False), torch.enable_grad():
            output = system(channels_last(x))
            total = scores(output.logits, labels.clone(), rule).sum()  # each depends on its own input only
            (gradient,) = torch.autograd.grad(total, kept[0])
        with torch.no_grad():
            cam = torch.relu((_WEIGH[rule.weights](gradient, kept[0]) * kept[0]).sum(1))  # (B, h, w)
    finally:
        hook.remove()
    return GradCam(cam.float().cpu(), detached(output))


def _cells(gradient: Tensor) -> tuple[int, ...]:
    """Axes of space, or of time and space, of (B, K, ..., h, w)."""
    return tuple(range(2, gradient.ndim))


def _mean(gradient: Tensor, activation: Tensor) -> Tensor:
    return gradient.mean(_cells(gradient), keepdim=True)  # (B, K, 1, 1)


def _cell(gradient: Tensor, activation: Tensor) -> Tensor:
    return gradient


def _plus_plus(gradient: Tensor, activation: Tensor) -> Tensor:
    """See ``grad_cam_plus_plus``; g^2 is cancelled, so that small gradients do not underflow."""
    below = 2 + activation.sum(_cells(activation), keepdim=True) * gradient
    share = torch.where(below != 0, 1 / torch.where(below != 0, below, 1), 0)
    return (share * torch.relu(gradient)).sum(_cells(gradient), keepdim=True)


_WEIGH: dict[CamWeights, Callable[[Tensor, Tensor], Tensor]] = {
    "mean": _mean,
    "cell": _cell,
    "plus_plus": _plus_plus,
}

METHOD = Method(by_weights("mean"), has_layer, NEEDS)
"""The method's entry in the catalogue."""
