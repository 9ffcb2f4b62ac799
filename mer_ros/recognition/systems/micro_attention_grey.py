"""Micro-attention as published: a small network on the grey apex picture.

Wang, Peng, Bi, Chen, arXiv:1811.02360, and its official code: a grey picture of 224x224, a 7x7 convolution
of stride 2, four attention blocks of 64, 128, 256 and 512 channels, global average pooling, one linear layer.
The blocks and both kinds of attention map are those of ``micro_attention``. Every block halves its map
[ours]: the maps are 56, 28, 14 and 7 cells wide, and Grad-CAM reads the third. The network is trained like
all others (AdamW, one cycle), not by the 2,500 iterations of SGD of the authors' solver.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from mer_ros.errors import require
from mer_ros.recognition.backbones.resnet import BackboneConfig
from mer_ros.recognition.system import SystemEntry
from mer_ros.recognition.systems.micro_attention import MicroAttention, MicroAttentionConfig

LUMA = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in grey (ITU-R BT.601), the same as in OpenCV."""


@dataclass(frozen=True)
class MicroAttentionGreyConfig(MicroAttentionConfig):
    """Settings of the grey network: those of micro-attention, with one block per layer."""

    dropout: float = 0.0
    backbone: BackboneConfig = field(
        default_factory=lambda: BackboneConfig(depths=(1, 1, 1, 1), strides=(2, 2, 2, 2))
    )

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range, and for a grid, which the paper does not have."""
        super().__post_init__()
        require(self.grid == 0, f"'grid' is {self.grid}: this network averages over the whole map, give 0.")


class MicroAttentionGrey(MicroAttention):
    """Four attention blocks on one grey channel. It reads only apex pictures: flow has no grey value."""

    reads = ("apex",)
    in_channels = 1

    def features(self, x: Tensor) -> Tensor:
        """(B, 3, S, S) RGB, 0..1 -> (B, 512) features. The only conversion to grey, for all callers."""
        weight = torch.tensor(LUMA, dtype=x.dtype, device=x.device)[:, None, None]
        return self.trunk((x * weight).sum(1, keepdim=True)).mean((2, 3))


ENTRY = SystemEntry(MicroAttentionGrey, MicroAttentionGreyConfig)
