"""Meaning of each number of a feature: its block, its plane or pattern, and its code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.recognition.lbp.blocks import BlockGrid


@dataclass(frozen=True)
class Layout:
    """Order of a feature: block by block (time, rows, columns), then part by part, then code by code.

    grid: the blocks. parts: planes or patterns, each with one histogram per block. bins: number of bins of
    each part. margins: (time, rows, columns) voxels at each border that have no code.

    Example: LBP-TOP with 2 x 2 blocks has 4 * 3 * 59 numbers.

    >>> layout = Layout(BlockGrid(rows=2, columns=2), ("XY", "XT", "YT"), (59, 59, 59), margins=(3, 3, 3))
    >>> layout.size, layout.where(177 + 60)  # the second block begins at 177, its plane XT at 177 + 59
    (708, ((0, 0, 1), 'XT', 1))
    >>> layout.by_block(np.ones(layout.size)).shape  # (time, rows, columns, parts)
    (1, 2, 2, 3)
    """

    grid: BlockGrid
    parts: tuple[str, ...]
    bins: tuple[int, ...]
    margins: tuple[int, int, int]

    @property
    def block_size(self) -> int:
        """Length of the feature of one block."""
        return sum(self.bins)

    @property
    def size(self) -> int:
        """Length D of the whole feature."""
        return self.grid.count * self.block_size

    def where(self, index: int) -> tuple[tuple[int, int, int], str, int]:
        """Block (time, row, column), part and bin of one number of the feature."""
        block, rest = divmod(index, self.block_size)
        ends = np.cumsum(self.bins)
        part = int(np.searchsorted(ends, rest, side="right"))
        place = np.unravel_index(block, self.grid.shape)
        return (
            (int(place[0]), int(place[1]), int(place[2])),
            self.parts[part],
            rest - int(ends[part]) + self.bins[part],
        )

    def columns(self, part: str) -> NDArray[np.int64]:
        """(blocks, bins) indices into the feature of one part."""
        i = self.parts.index(part)
        first = sum(self.bins[:i])
        return np.arange(self.grid.count)[:, None] * self.block_size + np.arange(first, first + self.bins[i])

    def by_block(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """(D,) values, for example weight times feature -> sums, (time, rows, columns, parts) float64."""
        sums = [values[self.columns(part)].sum(1, dtype=np.float64) for part in self.parts]
        return np.stack(sums, 1).reshape(*self.grid.shape, len(self.parts))

    def paint(self, blocks: NDArray[np.floating], size: tuple[int, int]) -> NDArray[np.float64]:
        """(rows, columns) values of blocks -> (H, W) map, each value spread evenly over its block.

        Values of overlapping blocks are added. The map has the same sum as the blocks; the borders without
        codes are 0.
        """
        out = np.zeros(size)
        (_, top, left), (height, width) = self.margins, size
        across = self.grid.spans(2, width - 2 * left)
        for row, (y0, y1) in enumerate(self.grid.spans(1, height - 2 * top)):
            for column, (x0, x1) in enumerate(across):
                share = blocks[row, column] / ((y1 - y0) * (x1 - x0))
                out[top + y0 : top + y1, left + x0 : left + x1] += share
        return out
