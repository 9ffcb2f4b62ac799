"""The physical mirror when a network answers: what it says of a face, averaged with what it says of its
mirror.

A movement and its mirror image carry the same label, a network knows that only roughly, and half of the
difference is error. It costs a second pass through the network, in the same batch.
"""

from __future__ import annotations

import torch
from torch import Tensor

from mer_ros.recognition.registry import Output, System
from mer_ros.types import InputKind

MIRRORED: tuple[InputKind, ...] = ("flow", "sequence")
"""The kinds of input that have a mirror image here."""


def mirrored(x: Tensor) -> Tensor:
    """(..., 3, S, S) scaled flow samples -> of the mirrored faces: flipped left to right, u negated.

    Where a mean is taken off u it would not be the sample of the mirrored face; ``InputSpec`` of flow has
    none.
    """
    sign = torch.tensor([-1.0, 1.0, 1.0], dtype=x.dtype, device=x.device)
    return x.flip(-1) * sign[:, None, None]


def answer(system: System, x: Tensor, mirror: bool) -> Output:
    """What the system answers to (B, ...) samples; with ``mirror`` the mean over each and its mirror
    image.
    """
    if not mirror:
        return system(x)
    both = system(torch.cat([x, mirrored(x)]))
    return Output(*(_mean(part) for part in (both.logits, both.distances, both.latent)))


def _mean(part: Tensor | None) -> Tensor | None:
    if part is None:
        return None
    first, second = part.chunk(2)
    return (first + second) / 2
