"""Freezing parts of a network.

Parts are named by shell patterns over the names of parameters: ``head.*``, ``*.attention.*``. A frozen part
keeps its weights, and its batch norms keep their statistics too: a norm that goes on averaging over new data
is not frozen, whatever its weights do.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from mer_ros.errors import ConfigError

ALL = ("*",)
"""The pattern of every parameter."""


def freeze_all_but(network: nn.Module, trainable: Sequence[str]) -> int:
    """Make the parameters that a pattern of ``trainable`` matches trainable, and freeze all others.

    Returns the number of trainable values. ConfigError for a pattern that matches nothing, because the part
    that was meant would silently stay untrained. Sets ``requires_grad`` only; batch norms follow through
    ``freeze_norm_statistics``, which ``Network.train`` calls.
    """
    names = [name for name, _ in network.named_parameters()]
    for pattern in trainable:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise ConfigError(
                f"No parameter of the network is named like {pattern!r}: name parts such as {names[0]!r}, or "
                "patterns of them."
            )
    count = 0
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(any(fnmatchcase(name, pattern) for pattern in trainable))
        count += parameter.numel() if parameter.requires_grad else 0
    return count


def freeze_norm_statistics(network: nn.Module) -> None:
    """Put every batch norm into evaluation mode whose parameters are all frozen."""
    for module in network.modules():
        if isinstance(module, _BatchNorm):
            own = list(module.parameters())
            if own and not any(parameter.requires_grad for parameter in own):
                module.eval()
