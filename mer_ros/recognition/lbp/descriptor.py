"""Base class of the three descriptors: clip -> codes of stretches -> histograms of blocks -> feature.

A stretch is a run of pixels of one frame in memory order. Its neighbours are the same run at a constant
offset, so every comparison is one pass over contiguous memory. The run includes pixels at the left and right
borders, whose neighbours lie on another line; their codes are not counted.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import InputError, require
from mer_ros.recognition.lbp.blocks import BlockCounter, BlockGrid, Shape
from mer_ros.recognition.lbp.clip import Clip, ClipConfig
from mer_ros.recognition.lbp.layout import Layout

Normalisation = Literal["sum", "root", "none"]
"""Of each block and part. ``sum``: the histogram sums to 1. ``root``: its square root, of length 1 (a linear
kernel of it is the Hellinger kernel). ``none``: counts."""

STRETCH = 1 << 14
"""Pixels per stretch: their double-precision copies fit into the second-level cache."""

Radii = tuple[int, int, int]
"""Radii along x, y (pixels) and t (frames), in the order of the papers."""


@dataclass(frozen=True)
class Stretch:
    """A run of ``length`` pixels from pixel ``start`` of frame ``t``, none in the top and bottom borders.

    frames: (T, H * W). scratch: (rows, pixels and their surroundings) memory for results, because page faults
    of new arrays of this size take longer than the arithmetic.
    """

    frames: NDArray[np.uint8 | np.float32]
    scratch: NDArray[np.float64]
    width: int
    t: int
    start: int
    length: int

    def at(self, dx: int = 0, dy: int = 0, dt: int = 0) -> NDArray[np.uint8 | np.float32]:
        """(length,) view of the run shifted by dx columns, dy rows and dt frames."""
        first = self.start + dy * self.width + dx
        return self.frames[self.t + dt, first : first + self.length]

    def around(self, border: int, dt: int = 0) -> NDArray[np.uint8 | np.float32]:
        """(border + length + border,) view of the run with the pixels before and after it."""
        return self.frames[self.t + dt, self.start - border : self.start + self.length + border]


class DescriptorConfig(Protocol):
    """Settings common to all descriptors."""

    @property
    def grid(self) -> BlockGrid:
        """Grid of blocks."""

    @property
    def normalisation(self) -> Normalisation:
        """Normalisation of each histogram."""

    @property
    def clip(self) -> ClipConfig:
        """Preparation of a clip."""


class Descriptor(ABC):
    """(T, H, W) clip -> (D,) feature: histograms of codes per block.

    layout: meaning of each number of the feature. parts: number of kinds of code; codes: number of values of
    each kind, before ``_fold`` turns them into the bins of the layout.
    """

    _scratch = 0
    """Rows of scratch memory that ``_count`` needs."""

    def __init__(self, config: DescriptorConfig, layout: Layout, parts: int, codes: int) -> None:
        self.layout = layout
        self._normalisation, self._clip = config.normalisation, config.clip
        self._parts, self._codes = parts, codes

    @abstractmethod
    def _count(self, stretch: Stretch, counter: BlockCounter) -> None:
        """Compare pixels and add the codes of every part to ``counter``."""

    @abstractmethod
    def _fold(self, counts: NDArray[np.int64]) -> NDArray[np.float64]:
        """(blocks, parts, codes) -> (blocks, bins of all parts of the layout)."""

    def describe(self, clip: Clip) -> NDArray[np.float32]:
        """(layout.size,) float32 feature of a (T, H, W) uint8 or float32 clip."""
        histograms = self.histograms(clip)
        if self._normalisation != "none":
            ends = np.cumsum(self.layout.bins)
            for part in np.split(histograms, ends[:-1], axis=1):  # views; every block contains a voxel
                part /= part.sum(1, keepdims=True)
        if self._normalisation == "root":
            np.sqrt(histograms, out=histograms)
        return histograms.astype(np.float32).ravel()

    def histograms(self, clip: Clip) -> NDArray[np.float64]:
        """(blocks, bins of all parts) counts before normalisation; InputError if the clip is too small."""
        clip = self._clip.prepare(clip)
        grid, margins = self.layout.grid, self.layout.margins
        least = tuple(2 * margin + blocks for margin, blocks in zip(margins, grid.shape))
        if any(length < need for length, need in zip(clip.shape, least)):
            raise InputError(
                f"The clip is {_times(clip.shape)} (frames x height x width), but radii and blocks need "
                f"{_times(least)}: use a larger clip, smaller radii, fewer blocks or more 'frames'."
            )
        shape = (clip.shape[0], clip.shape[1], clip.shape[2])
        counter = BlockCounter(grid, shape, margins, self._parts, self._codes)
        for stretch in _stretches(clip, margins, self._scratch):
            self._count(stretch, counter)
        return self._fold(counter.blocks())


def check_radii(radii: Radii, clip: ClipConfig) -> None:
    """Raise ConfigError for radii out of range or too large for the number of interpolated frames."""
    require(all(1 <= radius <= 32 for radius in radii), f"'radii' are {radii}: give x, y and t of 1 to 32.")
    least = 2 * radii[2] + 1
    require(
        clip.frames == 0 or clip.frames >= least,
        f"'frames' is {clip.frames}, but a radius of {radii[2]} frames needs {least}: give {least} or "
        "more, or 0.",
    )


def _stretches(clip: Clip, margins: Shape, scratch_rows: int) -> Iterator[Stretch]:
    """Stretches over all voxels with a code, including the side borders between them."""
    count, height, width = clip.shape
    before, top, left = margins
    flat = clip.reshape(count, -1)
    rows = min(max(1, STRETCH // width), height - 2 * top)
    scratch = np.empty((scratch_rows, (rows + 2 * top) * width))
    for t in range(before, count - before):
        for first in range(top, height - top, rows):
            last = min(first + rows, height - top)
            yield Stretch(flat, scratch, width, t, first * width + left, (last - first) * width - 2 * left)


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
