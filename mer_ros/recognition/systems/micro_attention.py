"""Micro-attention on ResNet-18.

Wang, Peng, Bi, Chen, "Micro-Attention for Micro-Expression Recognition", arXiv:1811.02360. In every residual
block, with shortcut X, output A of the first and B of the second convolution, all (B, C, H, W):

    M = sigmoid(conv1x1_{C -> 1}(conv1x1_{3C -> C}([X, A, B])))   (B, 1, H, W), no norm or activation between
    T = B + X
    O = T + M * T = T * (1 + M)

A is the output after batch norm and ReLU, the input of the second convolution in ResNet; B is the output
after batch norm. The last ReLU of the block follows the attention; because 1 + M > 0 it would give the same
result before it. ``attention_map: mean`` is the variant of a blog post (Intuitive Robots Lab, KIT, 2024): the
mean over the C channels of the embedding in place of the second 1x1 convolution. A departure from the paper
is the ResNet-18 of that post instead of four blocks (``micro_attention_grey`` is the network of the paper).
The post freezes ImageNet weights and trains only attention and head (``backbones.pretrained``, ``freezing``);
on synthetic flow, which differs from photographs, all weights are trained.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mer_ros.errors import require
from mer_ros.recognition.backbones.grid_pool import check_pool, face_pool
from mer_ros.recognition.backbones.resnet import BackboneConfig, BasicBlock, ResNetTrunk
from mer_ros.recognition.system import ModelOutput, SystemEntry
from mer_ros.recognition.systems.network import CamRule, Network

AttentionMap = Literal["conv", "mean"]


@dataclass(frozen=True)
class MicroAttentionConfig:
    """Settings of the micro-attention network.

    n_labels: number of classes. attention_map: how the embedding becomes one map, by a convolution or the
    mean. dropout: dropout before the last layer, 0..1. grid, grid_channels: cells across the crop over which
    the last map is averaged, and channels of each (``backbones.grid_pool``); grid 0 averages over the face.
    """

    n_labels: int = 7
    attention_map: AttentionMap = "conv"
    dropout: float = 0.2
    grid: int = 0
    grid_channels: int = 16
    backbone: BackboneConfig = field(default_factory=BackboneConfig)

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        require(2 <= self.n_labels <= 1000, f"'n_labels' is {self.n_labels}: give 2 to 1000.")
        require(0 <= self.dropout < 1, f"'dropout' is {self.dropout}: give 0 or more and less than 1.")
        check_pool(self.grid, self.grid_channels)


class AttentionUnit(nn.Module):
    """Three (B, C, H, W) maps -> M, (B, 1, H, W) in 0..1.

    Two consecutive 1x1 convolutions are one linear map, so their weights are multiplied first, (1, C) by
    (C, 3C). This gives the same function and the same gradients of both weights without the C-channel
    embedding, at a fraction of the cost.
    """

    def __init__(self, channels: int, attention_map: AttentionMap = "conv") -> None:
        super().__init__()
        self.embedding = nn.Conv2d(3 * channels, channels, 1)
        self.map = nn.Conv2d(channels, 1, 1) if attention_map == "conv" else None

    def forward(self, shortcut: Tensor, first: Tensor, second: Tensor) -> Tensor:
        """(B, C, H, W) inputs -> (B, 1, H, W) attention map."""
        embed, embed_bias = _matrix_and_bias(self.embedding)  # (C, 3C), (C,)
        if self.map is None:
            weight, bias = embed.mean(0, keepdim=True), embed_bias.mean(0, keepdim=True)
        else:
            to_one, map_bias = _matrix_and_bias(self.map)  # (1, C), (1,)
            weight, bias = to_one @ embed, to_one @ embed_bias + map_bias
        parts = weight[:, :, None, None].chunk(3, 1)  # three of (1, C, 1, 1)
        score = F.conv2d(shortcut, parts[0], bias) + F.conv2d(first, parts[1]) + F.conv2d(second, parts[2])
        return torch.sigmoid(score)


def _matrix_and_bias(convolution: nn.Conv2d) -> tuple[Tensor, Tensor]:
    """Weight (outputs, inputs) and bias (outputs,) of a 1x1 convolution."""
    assert convolution.bias is not None
    return convolution.weight.flatten(1), convolution.bias


class AttentionBlock(BasicBlock):
    """BasicBlock with an attention unit before its last ReLU."""

    def __init__(
        self,
        inplanes: int,
        planes: int,
        stride: int = 1,
        downsample: nn.Module | None = None,
        attention_map: AttentionMap = "conv",
    ) -> None:
        super().__init__(inplanes, planes, stride, downsample)
        self.attention = AttentionUnit(planes, attention_map)

    def forward(self, x: Tensor) -> Tensor:
        """(B, inplanes, H, W) -> (B, planes, H / stride, W / stride)."""
        shortcut = x if self.downsample is None else self.downsample(x)
        first = self.relu(self.bn1(self.conv1(x)))
        second = self.bn2(self.conv2(first))
        gate = self.attention(shortcut, first, second)
        return self.relu((second + shortcut) * (1 + gate))


class MicroAttention(Network):
    """ResNet-18 with attention in every block, pooling over the face or a grid and one linear layer.

    With a grid, Grad-CAM weights cell by cell: the mean gradient of a channel over the crop would mix cells
    whose weights differ.
    """

    head_parameters: tuple[str, ...] = ("trunk.*.attention.*", "head.*")
    in_channels = 3
    config: MicroAttentionConfig

    def __init__(self, config: MicroAttentionConfig) -> None:
        super().__init__()
        self.config = config
        self.gradcam_layer = f"trunk.{config.backbone.map_layer}"
        block = partial(AttentionBlock, attention_map=config.attention_map)
        self.trunk = ResNetTrunk(config.backbone, block, self.in_channels)
        self.pool = face_pool(self.trunk.out_channels, config.grid, config.grid_channels)
        self.attention_layers = tuple(
            name for name, module in self.named_modules() if isinstance(module, AttentionUnit)
        )
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(self.pool.out_channels, config.n_labels)
        if config.grid:
            self.cam_rule = CamRule("logit", "cell")
            self.head_parameters = (*self.head_parameters, "pool.*")

    def forward(self, x: Tensor) -> ModelOutput:
        """(B, 3, S, S) float32 -> logits (B, n_labels)."""
        latent = self.features(x)
        return ModelOutput(self.head(self.dropout(latent)), latent=latent)

    def features(self, x: Tensor) -> Tensor:
        """(B, 3, S, S) samples -> (B, D) features; D is 512, or 784 for 7x7 cells of 16 channels."""
        return self.pool(self.trunk(x))

    def loss(self, output: ModelOutput, data: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Cross-entropy."""
        return {"cross_entropy": F.cross_entropy(output.logits.float(), labels)}


ENTRY = SystemEntry(MicroAttention, MicroAttentionConfig)
