"""Features of two convolutions that are never trained: what the architecture alone gives to a linear head."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class RandomFeatures(nn.Module):
    """(B, 3, S, S) -> (B, channels, 14, 14): two convolutions with He-normal weights of a fixed seed.

    A 5x5 convolution from 3 to 64 channels, ReLU, 2x2 mean, a 3x3 convolution to ``channels``, ReLU.
    """

    def __init__(self, channels: int, seed: int = 0) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        first = torch.randn((64, 3, 5, 5), generator=generator, device="cpu") * (2 / (3 * 25)) ** 0.5
        second = torch.randn((channels, 64, 3, 3), generator=generator, device="cpu") * (2 / (64 * 9)) ** 0.5
        self.first: Tensor
        self.second: Tensor
        self.register_buffer("first", first)
        self.register_buffer("second", second)

    def forward(self, x: Tensor) -> Tensor:
        """(B, 3, S, S) -> (B, channels, 14, 14); the input is resized to 28 px, the size of the control."""
        x = F.interpolate(x, size=(28, 28), mode="area")
        x = F.avg_pool2d(F.relu(F.conv2d(x, self.first, padding=2)), 2)  # (B, 64, 14, 14)
        return F.relu(F.conv2d(x, self.second, padding=1))  # (B, channels, 14, 14)
