"""Freezing parts of a network.

Parts are selected by shell patterns over the names of parameters: ``head.*``, ``*.attention.*``. A frozen
part keeps its weights and the statistics of its batch norms: a norm that continues to average over new data
would change the network even with fixed weights.
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
    """Make the parameters that match a pattern of ``trainable`` trainable, and freeze all others.

    Returns the number of trainable values. Raises ConfigError for a pattern that matches nothing, because the
    intended part would silently stay untrained. Only ``requires_grad`` is set; ``Network.train`` calls
    ``freeze_norm_statistics`` for the batch norms.
    """
    names = [name for name, _ in network.named_parameters()]
    for pattern in trainable:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise ConfigError(
                f"No parameter of the network matches {pattern!r}: use names such as {names[0]!r}, or "
                "patterns of them."
            )
    count = 0
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(any(fnmatchcase(name, pattern) for pattern in trainable))
        count += parameter.numel() if parameter.requires_grad else 0
    return count


def freeze_norm_statistics(network: nn.Module) -> None:
    """Set every batch norm whose parameters are all frozen to evaluation mode."""
    for module in network.modules():
        if isinstance(module, _BatchNorm):
            own = list(module.parameters())
            if own and not any(parameter.requires_grad for parameter in own):
                module.eval()
