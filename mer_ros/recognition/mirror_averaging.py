"""Test-time augmentation with the physical mirror: the output for a face averaged with that for its mirror
image.

A movement and its mirror image have the same label, which a network learns only approximately. Averaging
costs a second pass through the network, in the same batch.
"""

from __future__ import annotations

import torch
from torch import Tensor

from mer_ros.recognition.system import ModelOutput, System
from mer_ros.types import InputKind

MIRRORED: tuple[InputKind, ...] = ("flow", "sequence")
"""The kinds of input that can be mirrored."""


def mirrored(x: Tensor) -> Tensor:
    """(..., 3, S, S) scaled flow samples -> those of the mirrored faces: flipped left to right, u negated.

    Requires that the scaling subtracts no mean from u, which ``InputSpec`` guarantees.
    """
    sign = torch.tensor([-1.0, 1.0, 1.0], dtype=x.dtype, device=x.device)
    return x.flip(-1) * sign[:, None, None]


def answer(system: System, x: Tensor, mirror: bool) -> ModelOutput:
    """The system's output for (B, ...) samples; with ``mirror`` the mean over each and its mirror image."""
    if not mirror:
        return system(x)
    both = system(torch.cat([x, mirrored(x)]))
    return ModelOutput(*(_mean(part) for part in (both.logits, both.distances, both.latent)))


def _mean(part: Tensor | None) -> Tensor | None:
    if part is None:
        return None
    first, second = part.chunk(2)
    return (first + second) / 2
