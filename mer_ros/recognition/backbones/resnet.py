"""ResNet-18 for the systems: residual blocks with a configurable stem.

He et al., "Deep Residual Learning for Image Recognition", arXiv:1512.03385. The layers have torchvision's
names (conv1, bn1, layer1.0.conv1, ...), so its ImageNet weights can be loaded if the shapes match. Its blocks
are not imported, because that takes 1.1 s and 81 MB in every process: torchvision 0.28 imports torch._dynamo.
Departures: the kernel and stride of the stem and the strides of the layers are settings, because Grad-CAM
needs a map of at least 14x14 and an aligned face crop is small.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal, Protocol

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from mer_ros.errors import require
from mer_ros.motion.normalisation import face_window
from mer_ros.recognition.backbones.initial_weights import initialise_convolutions


@dataclass(frozen=True)
class BackboneConfig:
    """Shape of the trunk.

    widths, depths, strides: channels, blocks and stride of the first block of the four layers; the default
    widths and depths are those of ResNet-18. stem_kernel, stem_stride, stem_pool: the first convolution, and
    whether a 3x3 max-pool of stride 2 follows it. map_layer: the layer whose output Grad-CAM reads. With the
    defaults, layers 1 to 3 have maps of 14x14 for a 56x56 input, and a forward pass costs 0.7 G
    multiplications.
    """

    widths: tuple[int, ...] = (64, 128, 256, 512)
    depths: tuple[int, ...] = (2, 2, 2, 2)
    strides: tuple[int, ...] = (2, 1, 1, 2)
    stem_kernel: int = 7
    stem_stride: int = 2
    stem_pool: bool = False
    map_layer: Literal["layer1", "layer2", "layer3", "layer4"] = "layer3"

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        for name, most in (("widths", 2048), ("depths", 16), ("strides", 4)):
            values = getattr(self, name)
            ok = len(values) == 4 and all(1 <= value <= most for value in values)
            require(ok, f"'{name}' of the backbone is {list(values)}: give four numbers of 1 to {most}.")
        require(self.stem_kernel in (3, 5, 7), f"'stem_kernel' is {self.stem_kernel}: give 3, 5 or 7.")
        require(self.stem_stride in (1, 2), f"'stem_stride' is {self.stem_stride}: give 1 or 2.")

    def map_size(self, size: int) -> int:
        """Width of the last map for an input of ``size`` pixels: each stride rounds up."""
        for stride in (self.stem_stride, 2 if self.stem_pool else 1, *self.strides):
            size = -(-size // stride)
        return size


class BasicBlock(nn.Module):
    """(B, inplanes, H, W) -> (B, planes, H / stride, W / stride): two 3x3 convolutions and a shortcut.

    downsample: the shortcut's projection, None for the identity. Names, order of initialisation and values
    are those of torchvision's BasicBlock.
    """

    def __init__(
        self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None
    ) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = downsample

    def forward(self, x: Tensor) -> Tensor:
        """relu(F(x) + shortcut(x)), equations 1 and 2 of the paper."""
        shortcut = x if self.downsample is None else self.downsample(x)
        return self.relu(self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x))))) + shortcut)


class BlockMaker(Protocol):
    """``BasicBlock``, or a function that returns a subclass of it."""

    def __call__(
        self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None
    ) -> BasicBlock:
        """A residual block."""
        ...


class ResNetTrunk(nn.Module):
    """(B, in_channels, S, S) float32 -> (B, widths[3], s, s): ResNet without pooling and last layer.

    block: class of the residual blocks, ``BasicBlock`` or a subclass.
    """

    def __init__(self, config: BackboneConfig, block: BlockMaker = BasicBlock, in_channels: int = 3) -> None:
        super().__init__()
        kernel, width = config.stem_kernel, config.widths[0]
        self.conv1 = nn.Conv2d(in_channels, width, kernel, config.stem_stride, kernel // 2, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1) if config.stem_pool else nn.Identity()
        layers = []
        for out, depth, stride in zip(config.widths, config.depths, config.strides, strict=True):
            layers.append(_layer(block, width, out, depth, stride))
            width = out
        self.layer1, self.layer2, self.layer3, self.layer4 = layers
        self.out_channels = width
        initialise_convolutions(self)

    def forward(self, x: Tensor) -> Tensor:
        """Shapes for a 56x56 input and the default settings."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))  # (B, 64, 28, 28)
        x = self.layer2(self.layer1(x))  # (B, 64, 14, 14) -> (B, 128, 14, 14)
        return self.layer4(self.layer3(x))  # (B, 256, 14, 14) -> (B, 512, 7, 7)


def pool_face(features: Tensor) -> Tensor:
    """(B, C, h, w) -> (B, C): global average pooling, each cell weighted by its share of the face window.

    A departure from ResNet, which weights all cells equally: only cells on the face contribute, and less of
    the Grad-CAM map falls on the background (synthetic flow, half-size networks: twice as much of the map on
    the moving region).
    """
    return (features * face_share(*features.shape[-2:]).to(features)).sum((2, 3))


def face_share(height: int, width: int) -> Tensor:
    """(height, width) float32: share of the face window in each cell; the shares sum to 1."""
    return torch.from_numpy(_window_share(height, width))


@functools.cache
def _window_share(height: int, width: int) -> NDArray[np.float32]:
    """``face_share`` as a NumPy array, computed once per size."""
    fine = face_window(16 * 16).astype(np.float32)
    share = cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA)
    return share / share.sum()


def _layer(block: BlockMaker, width: int, out: int, depth: int, stride: int) -> nn.Sequential:
    """``depth`` blocks, the first of which changes width and resolution."""
    shortcut = None
    if stride != 1 or width != out:
        shortcut = nn.Sequential(nn.Conv2d(width, out, 1, stride, bias=False), nn.BatchNorm2d(out))
    return nn.Sequential(block(width, out, stride, shortcut), *(block(out, out) for _ in range(depth - 1)))
