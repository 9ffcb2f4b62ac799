"""Which parts of a network learn and which keep what they know.

A part is named by a pattern over the names of parameters, as in a shell: ``head.*``, ``*.attention.*``. What
is frozen keeps its weights, and its batch norms keep their statistics too: a norm that goes on averaging
over new data is not frozen, whatever its weights do.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from mer_ros.errors import ConfigError

ALL = ("*",)
"""The pattern of every parameter."""


def freeze_all_but(network: nn.Module, learning: Sequence[str]) -> int:
    """Let the parameters that a pattern of ``learning`` matches learn, and no others.

    Returns how many numbers learn. ConfigError for a pattern that matches nothing: a part that was meant to
    learn and is not there would stay as it was drawn, unnoticed. Sets ``requires_grad`` only; the norms
    follow through ``still_frozen_norms``, which ``Network.train`` calls.
    """
    names = [name for name, _ in network.named_parameters()]
    for pattern in learning:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise ConfigError(
                f"No parameter of the network is named like {pattern!r}: name parts such as {names[0]!r}, or "
                "patterns of them."
            )
    learned = 0
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(any(fnmatchcase(name, pattern) for pattern in learning))
        learned += parameter.numel() if parameter.requires_grad else 0
    return learned


def still_frozen_norms(network: nn.Module) -> None:
    """Put every batch norm into evaluation mode that has parameters none of which learns."""
    for module in network.modules():
        if isinstance(module, _BatchNorm):
            own = list(module.parameters())
            if own and not any(parameter.requires_grad for parameter in own):
                module.eval()
