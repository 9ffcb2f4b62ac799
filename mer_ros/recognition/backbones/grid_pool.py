"""Pooling of a trunk's last map: over the whole face, or over a grid of cells that keeps the place.

A global average pool keeps what moves and forgets where. ``GridPool`` first reduces the channels with a 1x1
convolution, so that the layer that reads the cells has few weights:

    z[c, i, j] = g * sum over the positions (y, x) of cell (i, j) of s[y, x] * (W f)[c, y, x]

f: trunk map (C, h, w). W: (c, C). s: share of the face window in a position (``resnet.face_share``), sum 1.
g: cells across the crop. The factor g keeps the squared norm of z, and therefore distances between latents,
at the size they have with one cell: there are g^2 cells of about 1 / g^2 of the share each.

Example: a map (2, 128, 7, 7) with g = 7 and c = 16 becomes (2, 16, 7, 7) and then (2, 784).
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from mer_ros.errors import require
from mer_ros.recognition.backbones.resnet import face_share, pool_face

MAX_GRID, MAX_CHANNELS = 32, 256


class FacePool(nn.Module):
    """(B, C, h, w) -> (B, C): ``pool_face`` as a module without parameters."""

    def __init__(self, in_channels: int) -> None:
        super().__init__()
        self.out_channels = in_channels

    def forward(self, features: Tensor) -> Tensor:
        """Average over the face."""
        return pool_face(features)


class GridPool(nn.Module):
    """(B, C, h, w) -> (B, channels * grid * grid), in the order channel, row, column."""

    def __init__(self, in_channels: int, grid: int, channels: int) -> None:
        super().__init__()
        self.grid = grid
        self.reduce = nn.Conv2d(in_channels, channels, 1, bias=False)
        self.out_channels = channels * grid * grid

    def forward(self, features: Tensor) -> Tensor:
        """Sums over the cells. Raises ConfigError for a map that is smaller than the grid."""
        height, width = features.shape[-2:]
        check_map(min(height, width), self.grid)
        share = face_share(height, width).to(features)
        weighted = self.reduce(features) * (share * (height * width / self.grid))  # (B, c, h, w)
        return F.adaptive_avg_pool2d(weighted, self.grid).flatten(1)  # (B, c, g, g) -> (B, c * g * g)


def face_pool(in_channels: int, grid: int, channels: int) -> FacePool | GridPool:
    """The pool of a network: global for grid 0."""
    return GridPool(in_channels, grid, channels) if grid else FacePool(in_channels)


def check_pool(grid: int, channels: int) -> None:
    """Raise ConfigError for settings of a pool that are out of range."""
    require(0 <= grid <= MAX_GRID, f"'grid' is {grid}: give 0 for a global pool, or 1 to {MAX_GRID}.")
    require(1 <= channels <= MAX_CHANNELS, f"'grid_channels' is {channels}: give 1 to {MAX_CHANNELS}.")


def check_map(cells: int, grid: int) -> None:
    """Raise ConfigError for a last map of ``cells`` x ``cells`` that is smaller than the grid."""
    require(
        grid <= cells,
        f"'grid' is {grid}, but the last map of the backbone is {cells}x{cells}: give at most {cells}, or "
        "smaller strides.",
    )
