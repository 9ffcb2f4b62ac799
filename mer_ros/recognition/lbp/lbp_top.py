"""LBP-TOP: local binary patterns on three orthogonal planes.

Zhao, Pietikainen, "Dynamic Texture Recognition Using Local Binary Patterns with an Application to Facial
Expressions", TPAMI 29(6), 2007. Each voxel is compared with its P neighbours on an ellipse in the XY, XT and
YT planes, s(x) = 1 for x >= 0; each plane gives one code, and each block of voxels one histogram of codes per
plane.

As pictures (rows, columns), the planes are XY: (y, x), XT: (t, x), YT: (t, y); see ``lbp.codes`` for the
order of neighbours and bins. Voxels closer to a border than the radius have no code in any plane. With P = 8
the diagonal neighbours lie between pixels and are interpolated bilinearly, at coordinates rounded to 1e-5
pixel, in exact arithmetic. scikit-image does the same in floating point, where a sample that exactly equals
the centre (two opposite pixels that differ from it by opposite amounts) gives 0 or 1 depending on its
position in the picture; here it always gives 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.recognition.lbp import BlockGrid, ClipConfig, Descriptor, Layout
from mer_ros.recognition.lbp.blocks import BlockCounter
from mer_ros.recognition.lbp.codes import PARTS, CodeSet, Diagonal, fold, pack
from mer_ros.recognition.lbp.descriptor import Normalisation, Radii, Stretch, check_radii

Floats = NDArray[np.float64]
Bits = NDArray[np.bool_]
Pixels = NDArray[np.uint8 | np.float32] | Floats


@dataclass(frozen=True)
class LbpTopConfig:
    """Settings of LBP-TOP; the defaults are a strong setting of the literature, R = 3, P = 8, 8x8 blocks.

    radii: along x, y (pixels) and t (frames). neighbours: P. codes: uniform (59 bins for P = 8, 15 for P = 4)
    or full (256, 16).
    """

    radii: Radii = (3, 3, 3)
    neighbours: Literal[4, 8] = 8
    codes: CodeSet = "uniform"
    grid: BlockGrid = field(default_factory=BlockGrid)
    normalisation: Normalisation = "sum"
    clip: ClipConfig = field(default_factory=ClipConfig)

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        check_radii(self.radii, self.clip)


class LbpTop(Descriptor):
    """(T, H, W) clip -> (blocks * 3 * bins,) float32, with the parts XY, XT and YT.

    >>> clip = np.random.default_rng(0).integers(0, 256, (10, 64, 64), dtype=np.uint8)  # (T, H, W)
    >>> LbpTop(LbpTopConfig()).describe(clip).shape  # 8 x 8 blocks, 3 planes, 59 bins
    (11328,)
    """

    def __init__(self, config: LbpTopConfig) -> None:
        self.config = config
        self._matrix = fold(config.neighbours, config.codes)
        self._along = [Diagonal.of(radius) for radius in config.radii]
        codes, bins = self._matrix.shape
        x, y, t = config.radii
        super().__init__(config, Layout(config.grid, ("XY", "XT", "YT"), (bins,) * 3, (t, y, x)), 3, codes)
        self._scratch = 3 if config.neighbours == 8 else 0

    def _count(self, stretch: Stretch, counter: BlockCounter) -> None:
        rx, ry, rt = self.config.radii
        at, centre = stretch.at, stretch.at()
        right, left = at(dx=rx) >= centre, at(dx=-rx) >= centre
        up, down = at(dy=-ry) >= centre, at(dy=ry) >= centre
        before, after = at(dt=-rt) >= centre, at(dt=rt) >= centre
        # The order of each ring is right, up, left, down in its plane, seen as a picture.
        rings = [[right, up, left, down], [right, before, left, after], [down, before, up, after]]
        if self.config.neighbours == 8:
            diagonals = self._diagonals(stretch)
            rings = [[bit for pair in zip(*both) for bit in pair] for both in zip(rings, diagonals)]
        for part, ring in enumerate(rings):
            counter.add(part, stretch.t, stretch.start, pack(ring))

    def _diagonals(self, stretch: Stretch) -> list[list[Bits]]:
        """Comparisons at 45, 135, 225 and 315 degrees in XY, XT and YT; samples are in 1/PARTS^2."""
        (along_x, along_y, along_t), (rx, ry, _) = self._along, self.config.radii
        width, length = stretch.width, stretch.length
        border = ry * width + rx
        limit, sample, line = stretch.scratch[:, : length + 2 * border]
        limit, sample = limit[:length], sample[:length]
        np.multiply(stretch.at(), float(PARTS**2), out=limit, dtype=np.float64)

        def compare(line: Floats, along: Diagonal, first: int, step: int) -> list[Bits]:
            """Comparisons before and after the stretch, which begins at ``first`` in ``line``."""
            return [values >= limit for values in _beside(line, along, first, step, sample)]

        columns = _beside(stretch.around(border), along_x, rx, 1, line[: -2 * rx])
        (up_left, down_left), (up_right, down_right) = (
            compare(column, along_y, ry * width, width) for column in columns
        )
        xt, yt = [], []
        for sign in (-1, 1):
            near, far = (stretch.around(border, sign * step) for step in (along_t.low, along_t.low + 1))
            _between(near, far, along_t, line)
            xt.append(compare(line, along_x, border, 1))
            yt.append(compare(line, along_y, border, width))
        return [
            [up_right, up_left, down_left, down_right],
            # Index 0 is left in XT and up in YT, index 1 is right and down.
            *([before[1], before[0], after[0], after[1]] for before, after in (xt, yt)),
        ]

    def _fold(self, counts: NDArray[np.int64]) -> Floats:
        return (counts @ self._matrix).reshape(len(counts), -1)


def _beside(line: Pixels, along: Diagonal, first: int, step: int, out: Floats) -> Iterator[Floats]:
    """Samples of a line before and then after its positions ``first``, ``first + 1``, ...

    step: positions between two pixels of the axis. Both samples are written to ``out``, one after the other.
    """
    for sign in (-1, 1):
        low = first + sign * along.low * step
        high = low + sign * step
        yield _between(line[low : low + len(out)], line[high : high + len(out)], along, out)


def _between(near: Pixels, far: Pixels, along: Diagonal, out: Floats) -> Floats:
    """Linear samples in 1/PARTS in double precision, in one pass; NumPy would need three."""
    return cv2.addWeighted(near, along.near, far, along.far, 0.0, dst=out, dtype=cv2.CV_64F)
