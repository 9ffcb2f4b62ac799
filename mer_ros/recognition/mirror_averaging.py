"""Test-time augmentation by mirroring: the outputs for a face and for its mirror image are averaged.

A movement and its mirror image have the same label, which a network learns only approximately. The mirror
image passes through the network in the same batch, which doubles the time.
"""

from __future__ import annotations

import torch
from torch import Tensor

from mer_ros.recognition.system import ModelOutput, System
from mer_ros.types import InputKind

MIRRORED: tuple[InputKind, ...] = ("flow", "sequence")
"""The kinds of input that can be mirrored."""


def mirrored(x: Tensor) -> Tensor:
    """(..., 3, S, S) scaled flow samples -> samples of the mirrored faces: flipped left to right, u negated.

    Requires that the scaling subtracts no mean from u, which ``InputSpec`` guarantees.
    """
    sign = torch.tensor([-1.0, 1.0, 1.0], dtype=x.dtype, device=x.device)
    return x.flip(-1) * sign[:, None, None]


def answer(system: System, x: Tensor, mirror: bool) -> ModelOutput:
    """Output of the system for (B, ...) samples; with ``mirror`` the mean over sample and mirror image."""
    if not mirror:
        return system(x)
    both = system(torch.cat([x, mirrored(x)]))
    distances = None if both.distances is None else _mean(both.distances)
    latent = None if both.latent is None else _mean(both.latent)
    return ModelOutput(_mean(both.logits), distances, latent)


def _mean(part: Tensor) -> Tensor:
    first, second = part.chunk(2)
    return (first + second) / 2
