"""LBP-SIP: local binary patterns with six intersection points.

Wang, See, Phan, Oh, "LBP with Six Intersection Points: Reducing Redundant Information in LBP-TOP for
Micro-expression Recognition", ACCV 2014; "Efficient Spatio-Temporal Local Binary Patterns for Spontaneous
Facial Micro-Expression Recognition", PLoS ONE 2015. The three planes of LBP-TOP with P = 4 intersect in six
points and count each of them twice. Here each counts once: the neighbours right, up, left and down of a voxel
give a spatial code of 4 bits, the previous and the next voxel a temporal code of 2 bits, with s(x) = 1 for
x >= 0. A block has 16 + 4 = 20 bins.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mer_ros.recognition.lbp import BlockGrid, ClipConfig, Descriptor, Layout
from mer_ros.recognition.lbp.blocks import BlockCounter
from mer_ros.recognition.lbp.codes import pack
from mer_ros.recognition.lbp.descriptor import Normalisation, Radii, Stretch, check_radii


@dataclass(frozen=True)
class LbpSipConfig:
    """Settings of LBP-SIP. radii: along x, y (pixels) and t (frames)."""

    radii: Radii = (3, 3, 3)
    grid: BlockGrid = field(default_factory=BlockGrid)
    normalisation: Normalisation = "sum"
    clip: ClipConfig = field(default_factory=ClipConfig)

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        check_radii(self.radii, self.clip)


class LbpSip(Descriptor):
    """(T, H, W) clip -> (blocks * 20,) float32.

    Parts: space (bits right, up, left, down) and time (bits previous, next).

    >>> clip = np.random.default_rng(0).integers(0, 256, (10, 64, 64), dtype=np.uint8)  # (T, H, W)
    >>> LbpSip(LbpSipConfig()).describe(clip).shape  # 8 x 8 blocks
    (1280,)
    """

    def __init__(self, config: LbpSipConfig) -> None:
        self.config = config
        x, y, t = config.radii
        super().__init__(config, Layout(config.grid, ("space", "time"), (16, 4), (t, y, x)), 1, 64)

    def _count(self, stretch: Stretch, counter: BlockCounter) -> None:
        """Count one code of six bits; the histograms of both codes are sums over its counts."""
        x, y, t = self.config.radii
        at, centre = stretch.at, stretch.at()
        points = (at(dx=x), at(dy=-y), at(dx=-x), at(dy=y), at(dt=-t), at(dt=t))
        counter.add(0, stretch.t, stretch.start, pack([point >= centre for point in points]))

    def _fold(self, counts: NDArray[np.int64]) -> NDArray[np.float64]:
        both = counts.reshape(len(counts), 4, 16)  # time, space
        return np.concatenate([both.sum(1), both.sum(2)], axis=1).astype(np.float64)
