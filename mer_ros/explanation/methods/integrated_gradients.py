"""Integrated gradients: the change of the score along the line from a blank sample to the sample.

Sundararajan, Taly, Yan, "Axiomatic Attribution for Deep Networks", arXiv:1703.01365, equation 1:

    c_i = (x_i - b_i) * integral over a from 0 to 1 of d y_c / d x_i at b + a (x - b)

The contributions add up to y_c(x) - y_c(b). The integral is a sum of ``STEPS`` midpoints, all of which pass
through the system as one batch. b is 0 in every scaled channel: no movement for flow, the mean colour for the
apex. y_c is that of the system's ``cam_rule``. The map shows the positive contributions, summed over channels
and time.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mer_ros.explanation.attribution import Attributions, detached
from mer_ros.explanation.methods.method import Method, evaluation_mode, scores
from mer_ros.recognition.system import System

STEPS = 24


def maps(system: System, x: Tensor, labels: Tensor) -> Attributions:
    """The positive part of the contributions, (B, S, S)."""
    signed = contributions(system, x, labels)
    with evaluation_mode(system), torch.no_grad():
        output = system(x)
    summed = signed.sum(tuple(range(1, signed.ndim - 2)))  # over time and channels
    return Attributions(summed.clamp_min(0).cpu().numpy(), detached(output))


def contributions(system: System, x: Tensor, labels: Tensor, steps: int = STEPS) -> Tensor:
    """(B, ...) scaled samples -> signed contributions of the same shape.

    The system is unchanged afterwards: same mode, no gradients, no graph.
    """
    at = (torch.arange(steps, dtype=x.dtype, device=x.device) + 0.5) / steps
    with evaluation_mode(system):
        rows = [_mean_gradient(system, one, label, at) for one, label in zip(x, labels, strict=True)]
    return x * torch.stack(rows)


def _mean_gradient(system: System, one: Tensor, label: Tensor, at: Tensor) -> Tensor:
    """Mean over the line of the gradient of the score, in the shape of the sample."""
    with torch.inference_mode(False), torch.enable_grad():
        line = (at.reshape(-1, *[1] * one.ndim) * one.clone()).requires_grad_()
        logits = system(line).logits
        total = scores(logits, label.repeat(len(at)), system.cam_rule).sum()
        (gradient,) = torch.autograd.grad(total, line)
    return gradient.mean(0).detach()


def _has_gradients(system: System) -> bool:
    """Whether the system computes in torch: then it has modules of its own, or a layer for Grad-CAM."""
    return bool(system.gradcam_layers) or any(isinstance(m, nn.Conv2d | nn.Linear) for m in system.modules())


METHOD = Method(maps, _has_gradients, "gradients")
"""The method's entry in the catalogue."""
