"""Enhanced LCBP: three binary patterns of a 3x3x3 cube, and their histograms in the cells of a grid.

After Cen, Yu, Yan, Yu, Yang, "Sparse Spatiotemporal Descriptor for Micro-Expression Recognition Using
Enhanced Local Cube Binary Pattern", Sensors 20(16):4437, 2020. [ours]: the paper describes the three patterns
in words; the formulas are our reconstruction. With c the centre of the cube, p one of its eight neighbours in
the middle frame, and s(x) = 1 for x >= 0, the bit of p is

    SD, spatial difference:   s(sum over t-1, t, t+1 of I(p) - I(c))
    TD, temporal direction:   s((I(p, t+1) - I(p, t)) * (I(p, t) - I(p, t-1)))
    TG, temporal gradient:    s(|I(p, t+1) - I(p, t-1)| - |I(c, t+1) - I(c, t-1)|)

The neighbours are numbered counter-clockwise around the 3x3 square from the right, without interpolation. A
cell is a block of the grid, here 8x8 in space and 2 in time. ``svm.cells`` selects cells, and
``svm.model_selection`` chooses the weights of the three patterns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from mer_ros.recognition.lbp import BlockGrid, ClipConfig, Descriptor, Layout
from mer_ros.recognition.lbp.blocks import BlockCounter
from mer_ros.recognition.lbp.codes import CodeSet, fold, pack
from mer_ros.recognition.lbp.descriptor import Normalisation, Stretch, check_radii

T = TypeVar("T", bound=np.generic)

PATTERNS = ("SD", "TD", "TG")
RING = ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))
"""(x, y) offsets of the eight neighbours, y down."""


@dataclass(frozen=True)
class ElcbpConfig:
    """Settings of the three patterns. codes: uniform (59 bins) or full (256)."""

    codes: CodeSet = "uniform"
    grid: BlockGrid = field(default_factory=lambda: BlockGrid(depth=2))
    normalisation: Normalisation = "sum"
    clip: ClipConfig = field(default_factory=ClipConfig)

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        check_radii((1, 1, 1), self.clip)


class Elcbp(Descriptor):
    """(T, H, W) clip -> (cells * 3 * bins,) float32, with the parts SD, TD and TG."""

    def __init__(self, config: ElcbpConfig) -> None:
        self.config = config
        self._matrix = fold(len(RING), config.codes)
        codes, bins = self._matrix.shape
        super().__init__(config, Layout(config.grid, PATTERNS, (bins,) * 3, (1, 1, 1)), 3, codes)

    def _count(self, stretch: Stretch, counter: BlockCounter) -> None:
        border, length = stretch.width + 1, stretch.length
        before, now, after = (_wide(stretch.around(border, dt)) for dt in (-1, 0, 1))
        last, following = now - before, after - now
        total = before + now + after
        # The sign of the product without computing it: it could overflow, or underflow for small floats.
        steady = ((last >= 0) & (following >= 0)) | ((last <= 0) & (following <= 0))
        change = np.abs(after - before)

        def ring(values: NDArray[T]) -> list[NDArray[T]]:
            starts = (border + y * stretch.width + x for x, y in RING)
            return [values[start : start + length] for start in starts]

        centre = slice(border, border + length)
        patterns = (
            [value >= total[centre] for value in ring(total)],
            ring(steady),
            [value >= change[centre] for value in ring(change)],
        )
        for part, bits in enumerate(patterns):
            counter.add(part, stretch.t, stretch.start, pack(bits))

    def _fold(self, counts: NDArray[np.int64]) -> NDArray[np.float64]:
        return (counts @ self._matrix).reshape(len(counts), -1)


def _wide(values: NDArray[np.uint8 | np.float32]) -> NDArray[np.int16 | np.float64]:
    """The values in a type that represents sums of three of them, exactly for whole numbers."""
    return values.astype(np.int16 if values.dtype == np.uint8 else np.float64)
