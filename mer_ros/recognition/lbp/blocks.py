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

    overlap: share of a block that the next one covers too, 0 or more and less than 1, in steps of 1/1000.
    """

    rows: int = 8
    columns: int = 8
    depth: int = 1
    overlap: float = 0.0

    def __post_init__(self) -> None:
        """Refuse grids without meaning."""
        for name in ("rows", "columns", "depth"):
            value = getattr(self, name)
            require(1 <= value <= 64, f"{name!r} is {value}: give 1 to 64.")
        require(0 <= self.overlap < 1, f"'overlap' is {self.overlap}: give 0 or more and less than 1.")

    @property
    def shape(self) -> Shape:
        """Blocks along (time, rows, columns)."""
        return self.depth, self.rows, self.columns

    @property
    def count(self) -> int:
        """Number of blocks."""
        return self.depth * self.rows * self.columns

    def spans(self, axis: int, length: int) -> Spans:
        """[begin, end) of the blocks along an axis (0 time, 1 rows, 2 columns) of ``length`` voxels.

        k blocks of length L = length / (k - (k - 1) overlap) begin every L (1 - overlap), rounded down.
        """
        number = self.shape[axis]
        overlap = Fraction(self.overlap).limit_denominator(1000)
        size = Fraction(length) / (number - (number - 1) * overlap)
        step = size * (1 - overlap)
        return [(int(i * step), int(i * step + size)) for i in range(number)]


class BlockCounter:
    """Counts codes per block and part, a stretch of one frame at a time.

    Blocks may overlap, so what is counted are the smallest cells between the edges of all blocks; blocks are
    sums of cells. A stretch is a run of a frame's pixels in memory order, and the pixels of its margins,
    which have no code, fall into one cell of their own.
    """

    def __init__(self, grid: BlockGrid, clip: Shape, margins: Shape, parts: int, codes: int) -> None:
        self._codes, self._first = codes, margins[0]
        inner = [length - 2 * margin for length, margin in zip(clip, margins)]
        self._spans = [grid.spans(axis, length) for axis, length in enumerate(inner)]
        self._edges = [sorted({edge for span in spans for edge in span}) for spans in self._spans]
        places = [np.searchsorted(edges, np.arange(n), "right") - 1 for edges, n in zip(self._edges, inner)]
        self._when = places[0]  # time cell of each frame that has codes
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
        """(blocks, parts, codes), blocks in the order time, rows, columns."""
        times, rows, columns = (len(edges) - 1 for edges in self._edges)
        parts = self._counts.shape[1]
        cells = self._counts[..., : rows * columns * self._codes]
        cells = cells.reshape(times, parts, rows, columns, self._codes).transpose(0, 2, 3, 1, 4)
        for axis in range(3):
            cells = self._gather(cells, axis)
        return cells.reshape(-1, parts, self._codes)

    def _gather(self, cells: NDArray[np.int64], axis: int) -> NDArray[np.int64]:
        """Sums of the cells of each block along an axis."""
        edges, spans = self._edges[axis], self._spans[axis]
        if len(spans) == len(edges) - 1:  # blocks are cells
            return cells
        picked = [slice(edges.index(begin), edges.index(end)) for begin, end in spans]
        moved = np.moveaxis(cells, axis, 0)
        return np.moveaxis(np.stack([moved[cut].sum(0) for cut in picked]), 0, axis)
