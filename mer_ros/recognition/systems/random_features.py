"""A linear head on random features: multinomial logistic regression on an untrained network's grid.

    logits = W f + b,    f = mean of the random features (``backbones.random_features``) over 7x7 cells

Only W and b are learned, by the convex fit of ``linear``. The convolutions respond to edges and directions of
the movement near a place, the grid keeps the place, and nothing in them adapts to the generator. On real
flow, such features carry over as well as pixels do [ours].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from mer_ros.errors import require
from mer_ros.recognition.backbones.random_features import RandomFeatures
from mer_ros.recognition.system import CamRule, ModelOutput, System, SystemEntry
from mer_ros.recognition.systems.linear_reader import LinearConfig
from mer_ros.recognition.systems.network import half_precision
from mer_ros.types import InputKind


@dataclass(frozen=True)
class RandomFeaturesConfig(LinearConfig):
    """Settings: also the number of channels, and of cells across the crop."""

    channels: int = 128
    grid: int = 7

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        super().__post_init__()
        require(1 <= self.channels <= 4096, f"'channels' is {self.channels}: give 1 to 4096.")
        require(1 <= self.grid <= 14, f"'grid' is {self.grid}: give 1 to 14, the width of the features.")


class RandomFeaturesHead(System):
    """weight: (C, D), D = channels * grid^2. bias: (C,). net: the random convolutions, stored in the file.

    The logits are linear in the features, so the cells of the heat map add up to the lead of the label.
    """

    reads: ClassVar[tuple[InputKind, ...]] = ("flow",)
    family = "linear_readers"
    explained_by = "hires_cam"
    gradcam_layer = "net"
    cam_rule = CamRule("contrast", "cell")
    config: RandomFeaturesConfig
    weight: Tensor
    bias: Tensor

    def __init__(self, config: RandomFeaturesConfig) -> None:
        super().__init__()
        self.config = config
        self.net = RandomFeatures(config.channels)
        self.register_buffer("weight", torch.zeros(config.n_labels, config.channels * config.grid**2))
        self.register_buffer("bias", torch.zeros(config.n_labels))

    def features(self, x: Tensor) -> Tensor:
        """(B, 3, S, S) -> (B, D)."""
        return F.adaptive_avg_pool2d(self.net(x), self.config.grid).flatten(1)

    def forward(self, x: Tensor) -> ModelOutput:
        """(B, 3, S, S) -> logits (B, C)."""
        return ModelOutput(self.features(x) @ self.weight.T + self.bias)

    def stored(self) -> dict[str, Tensor]:
        """The state, matrices in half precision."""
        return half_precision(self.state_dict())


ENTRY = SystemEntry(RandomFeaturesHead, RandomFeaturesConfig)
"""The system's entry in the catalogue."""
