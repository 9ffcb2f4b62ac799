"""Blocks of a clip, and the histograms of codes in them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import require

Spans = list[tuple[int, int]]
Shape = tuple[int, int, int]


@dataclass(frozen=True)
class BlockGrid:
    """rows x columns x depth (in time) equal blocks over all voxels that have a code.

    overlap: share of a block that the next block also covers, at least 0 and less than 1, in steps of 1/1000.

    Example: four columns without overlap, and two rows with an overlap of one half.

    >>> BlockGrid(rows=2, columns=4).spans(axis=2, length=128)
    [(0, 32), (32, 64), (64, 96), (96, 128)]
    >>> BlockGrid(rows=2, columns=4, overlap=0.5).spans(axis=1, length=90)
    [(0, 60), (30, 90)]
    """

    rows: int = 8
    columns: int = 8
    depth: int = 1
    overlap: float = 0.0

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        for name in ("rows", "columns", "depth"):
            value = getattr(self, name)
            require(1 <= value <= 64, f"{name!r} is {value}: give 1 to 64.")
        require(0 <= self.overlap < 1, f"'overlap' is {self.overlap}: give 0 or more and less than 1.")

    @property
    def shape(self) -> Shape:
        """Number of blocks along (time, rows, columns)."""
        return self.depth, self.rows, self.columns

    @property
    def count(self) -> int:
        """Number of blocks."""
        return self.depth * self.rows * self.columns

    def spans(self, axis: int, length: int) -> Spans:
        """[begin, end) of each block along an axis (0 time, 1 rows, 2 columns) of ``length`` voxels.

        The k blocks have the length L = length / (k - (k - 1) overlap) and begin every L (1 - overlap),
        rounded down.
        """
        number = self.shape[axis]
        overlap = Fraction(self.overlap).limit_denominator(1000)
        size = Fraction(length) / (number - (number - 1) * overlap)
        step = size * (1 - overlap)
        return [(int(i * step), int(i * step + size)) for i in range(number)]


class BlockCounter:
    """Counts codes per block and part, one stretch of a frame at a time.

    Blocks may overlap, so codes are counted in the smallest cells between the edges of all blocks, and blocks
    are sums of cells. A stretch is a run of pixels of a frame in memory order; pixels of the margins, which
    have no code, are counted in a separate cell.
    """

    def __init__(self, grid: BlockGrid, clip: Shape, margins: Shape, parts: int, codes: int) -> None:
        self._codes, self._first = codes, margins[0]
        inner = [length - 2 * margin for length, margin in zip(clip, margins)]
        self._spans = [grid.spans(axis, length) for axis, length in enumerate(inner)]
        self._edges = [sorted({edge for span in spans for edge in span}) for spans in self._spans]
        places = [np.searchsorted(edges, np.arange(n), "right") - 1 for edges, n in zip(self._edges, inner)]
        self._when = places[0]  # time cell of each frame with codes
        times, rows, columns = (len(edges) - 1 for edges in self._edges)
        cells = np.full(clip[1:], rows * columns)
        inside = np.s_[margins[1] : clip[1] - margins[1], margins[2] : clip[2] - margins[2]]
        cells[inside] = places[1][:, None] * columns + places[2]
        self._offset = (cells.ravel() * codes).astype(np.intp)
        self._index = np.empty_like(self._offset)
        self._counts = np.zeros((times, parts, (rows * columns + 1) * codes), np.int64)

    def add(self, part: int, frame: int, start: int, codes: NDArray[np.uint8]) -> None:
        """Count the codes of the pixels start, start + 1, ... of a frame."""
        index = self._index[: len(codes)]
        np.add(self._offset[start : start + len(codes)], codes, out=index)
        counts = self._counts[self._when[frame - self._first], part]
        counts += np.bincount(index, minlength=len(counts))

    def blocks(self) -> NDArray[np.int64]:
        """(blocks, parts, codes) counts, blocks in the order time, rows, columns."""
        times, rows, columns = (len(edges) - 1 for edges in self._edges)
        parts = self._counts.shape[1]
        cells = self._counts[..., : rows * columns * self._codes]
        cells = cells.reshape(times, parts, rows, columns, self._codes).transpose(0, 2, 3, 1, 4)
        for axis in range(3):
            cells = self._gather(cells, axis)
        return cells.reshape(-1, parts, self._codes)

    def _gather(self, cells: NDArray[np.int64], axis: int) -> NDArray[np.int64]:
        """Sum of the cells of each block along an axis."""
        edges, spans = self._edges[axis], self._spans[axis]
        if len(spans) == len(edges) - 1:  # blocks are cells
            return cells
        picked = [slice(edges.index(begin), edges.index(end)) for begin, end in spans]
        moved = np.moveaxis(cells, axis, 0)
        return np.moveaxis(np.stack([moved[cut].sum(0) for cut in picked]), 0, axis)
