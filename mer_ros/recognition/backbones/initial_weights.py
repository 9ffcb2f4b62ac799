"""Initial weights of networks.

Nothing is drawn on the meta device, where ``checkpoint.load`` builds a network before it takes the stored
weights: torch would import torch._dynamo for it, which takes 1.1 s and 81 MB.
"""

from __future__ import annotations

import torch
from torch import nn


def initialise_convolutions(trunk: nn.Module) -> None:
    """Draw the weights of all convolutions without bias as ResNet does (He et al., "Delving Deep into
    Rectifiers", arXiv:1502.01852, equation 14).
    """
    for module in trunk.modules():
        if isinstance(module, nn.Conv2d | nn.Conv3d) and module.bias is None and not module.weight.is_meta:
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")


def normal_parameter(rows: int, columns: int, std: float) -> nn.Parameter:
    """A (rows, columns) float32 parameter, normally distributed around 0."""
    values = torch.empty(rows, columns)
    return nn.Parameter(values if values.is_meta else torch.randn(rows, columns) * std)
