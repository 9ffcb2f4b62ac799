"""Integrated gradients: the change of the score along the line from a blank sample to the sample.

Sundararajan, Taly, Yan, "Axiomatic Attribution for Deep Networks", arXiv:1703.01365, equation 1:

    c_i = (x_i - b_i) * integral over a from 0 to 1 of d y_c / d x_i at b + a (x - b)

The contributions add up to y_c(x) - y_c(b). The integral is a sum of ``STEPS`` midpoints. b is 0 in every
scaled channel: no movement for flow, the mean colour for the apex. y_c is that of the system's ``cam_rule``.
The map shows the positive contributions, summed over channels and time; for a sequence the note gives what
the sum over time hides (``phases``).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mer_ros.explanation.attribution import Attributions
from mer_ros.explanation.methods.method import Method, channels_last, evaluation_mode, scores
from mer_ros.explanation.methods.phases import phase_note, phase_shares
from mer_ros.explanation.notes import Note
from mer_ros.recognition.system import System

STEPS = 4
"""Insertion minus deletion of the shipped networks is within .013 of that with 24 steps."""

BATCH = 64
"""Samples that pass through the system at once."""


def maps(system: System, x: Tensor, labels: Tensor) -> Attributions:
    """The positive part of the contributions, (B, S, S); the inputs themselves are not answered."""
    signed = contributions(system, x, labels)
    notes: tuple[Note, ...] = ()
    if x.ndim == 5:
        over_time = signed.sum(2).clamp_min(0).cpu().numpy()  # (B, T, S, S)
        notes = tuple(phase_note(phase_shares(one, x.shape[1])) for one in over_time)
    summed = signed.sum(tuple(range(1, signed.ndim - 2)))  # over time and channels
    return Attributions(summed.clamp_min(0).cpu().numpy(), None, notes)


def contributions(system: System, x: Tensor, labels: Tensor, steps: int = STEPS) -> Tensor:
    """(B, ...) scaled samples, (B,) labels -> signed contributions of the shape of the samples.

    The system is unchanged afterwards: same mode, no gradients, no graph.
    """
    at = (torch.arange(steps, dtype=x.dtype, device=x.device) + 0.5) / steps
    each = max(BATCH // steps, 1)
    with evaluation_mode(system):
        parts = [
            _mean_gradients(system, one, own, at)
            for one, own in zip(x.split(each), labels.split(each), strict=True)
        ]
    return x * torch.cat(parts)


def _mean_gradients(system: System, x: Tensor, labels: Tensor, at: Tensor) -> Tensor:
    """Mean over the line of the gradient of the score, in the shape of the samples."""
    with torch.inference_mode(False), torch.enable_grad():
        line = at.clone().reshape(-1, *[1] * x.ndim) * channels_last(x)  # (steps, B, ...)
        points = line.flatten(0, 1).requires_grad_()
        logits = system(points).logits
        total = scores(logits, labels.repeat(len(at)), system.cam_rule).sum()  # each on its own point only
        (gradients,) = torch.autograd.grad(total, points)
    return gradients.unflatten(0, (len(at), len(x))).mean(0).detach()


def _has_gradients(system: System) -> bool:
    """Whether the system computes in torch: then it has modules of its own, or a layer for Grad-CAM."""
    return bool(system.gradcam_layers) or any(isinstance(m, nn.Conv2d | nn.Linear) for m in system.modules())


METHOD = Method(maps, _has_gradients, "gradients")
"""The method's entry in the catalogue."""
