"""A small r3d-18: residual blocks over space and time.

Tran et al., "A Closer Look at Spatiotemporal Convolutions for Action Recognition", arXiv:1711.11248: R3D with
full 3x3x3 convolutions, or R(2+1)D, which factorises each into one over space and one over time. Departures:
widths and depths that two cores can train, separate strides for space and time so that Grad-CAM has a map of
at least 14x14, and no norm between the two parts of a factorised convolution.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from torch import Tensor, nn

from mer_ros.errors import require
from mer_ros.recognition.backbones.initial_weights import initialise_convolutions

ConvKernel = Literal["full", "factorised"]


@dataclass(frozen=True)
class VideoBackboneConfig:
    """Shape of the trunk.

    widths, depths: channels and blocks of the four layers (r3d-18: 64, 128, 256, 512 with two blocks each).
    strides, time_strides: stride of the first block of each layer over space and over time. stem_stride:
    stride of the first convolution over space. kernel: full 3x3x3 or factorised convolutions. map_layer: the
    layer whose output Grad-CAM reads. Two layers have 14x14 cells; the first localises the moving region
    better (synthetic validation subjects) and keeps every key frame.
    """

    widths: tuple[int, ...] = (16, 32, 64, 128)
    depths: tuple[int, ...] = (1, 1, 1, 1)
    strides: tuple[int, ...] = (1, 1, 2, 1)
    time_strides: tuple[int, ...] = (1, 2, 2, 1)
    stem_stride: int = 2
    kernel: ConvKernel = "factorised"
    map_layer: Literal["layer1", "layer2", "layer3", "layer4"] = "layer1"

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        for name, most in (("widths", 2048), ("depths", 16), ("strides", 4), ("time_strides", 4)):
            values = getattr(self, name)
            ok = len(values) == 4 and all(1 <= value <= most for value in values)
            require(ok, f"'{name}' of the backbone is {list(values)}: give four numbers of 1 to {most}.")
        require(self.stem_stride in (1, 2, 4), f"'stem_stride' is {self.stem_stride}: give 1, 2 or 4.")


class VideoTrunk(nn.Module):
    """(B, 3, T, S, S) float32 -> (B, widths[3], t, s, s)."""

    def __init__(self, config: VideoBackboneConfig) -> None:
        super().__init__()
        width = config.widths[0]
        self.conv1 = _conv(3, width, "full", config.stem_stride, 1)
        self.bn1 = nn.BatchNorm3d(width)
        self.relu = nn.ReLU(inplace=True)
        layers = []
        for i, out in enumerate(config.widths):
            strides = config.strides[i], config.time_strides[i]
            blocks = [VideoBlock(width, out, config.kernel, *strides)]
            blocks += [VideoBlock(out, out, config.kernel) for _ in range(config.depths[i] - 1)]
            layers.append(nn.Sequential(*blocks))
            width = out
        self.layer1, self.layer2, self.layer3, self.layer4 = layers
        self.out_channels = width
        initialise_convolutions(self)

    def forward(self, x: Tensor) -> Tensor:
        """Shapes for eight frames of 28x28 and the default settings."""
        x = self.relu(self.bn1(self.conv1(x)))  # (B, 16, 8, 14, 14)
        x = self.layer2(self.layer1(x))  # (B, 16, 8, 14, 14) -> (B, 32, 4, 14, 14)
        return self.layer4(self.layer3(x))  # (B, 64, 2, 7, 7) -> (B, 128, 2, 7, 7)


class VideoBlock(nn.Module):
    """ReLU(shortcut + norm(conv(ReLU(norm(conv)))))."""

    def __init__(
        self, width: int, out: int, kernel: ConvKernel, stride: int = 1, time_stride: int = 1
    ) -> None:
        super().__init__()
        self.conv1 = _conv(width, out, kernel, stride, time_stride)
        self.bn1 = nn.BatchNorm3d(out)
        self.conv2 = _conv(out, out, kernel)
        self.bn2 = nn.BatchNorm3d(out)
        self.relu = nn.ReLU(inplace=True)
        self.downsample: nn.Module | None = None
        if (width, stride, time_stride) != (out, 1, 1):
            strides = (time_stride, stride, stride)
            self.downsample = nn.Sequential(
                nn.Conv3d(width, out, 1, strides, bias=False), nn.BatchNorm3d(out)
            )

    def forward(self, x: Tensor) -> Tensor:
        """(B, width, T, H, W) -> (B, out, t, h, w)."""
        shortcut = x if self.downsample is None else self.downsample(x)
        x = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.bn2(self.conv2(x)) + shortcut)


def _conv(width: int, out: int, kernel: ConvKernel, stride: int = 1, time_stride: int = 1) -> nn.Module:
    """A 3x3x3 convolution, or one over space followed by one over time."""
    if kernel == "full":
        return nn.Conv3d(width, out, 3, (time_stride, stride, stride), 1, bias=False)
    return nn.Sequential(
        nn.Conv3d(width, out, (1, 3, 3), (1, stride, stride), (0, 1, 1), bias=False),
        nn.Conv3d(out, out, (3, 1, 1), (time_stride, 1, 1), (1, 0, 0), bias=False),
    )
