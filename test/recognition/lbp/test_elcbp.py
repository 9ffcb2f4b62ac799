"""Enhanced LCBP against a loop written from its formulas, and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.errors import ConfigError
from mer_ros.recognition.lbp import BlockGrid, ClipConfig
from mer_ros.recognition.lbp.elcbp import Elcbp, ElcbpConfig

GRID = BlockGrid(rows=2, columns=3, depth=2)
RING = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))


def test_the_codes_of_one_voxel_by_hand():
    """Over three frames the centre has sum 32 and change 2; most neighbours have sum 30 and change 0."""
    clip = np.full((3, 3, 3), 10, np.uint8)
    clip[:, 1, 1] = [10, 10, 12]
    clip[:, 1, 2] = [10, 12, 9]  # right, bit 0: sum 31, turns back, change 1
    clip[:, 0, 1] = [8, 12, 14]  # up, bit 2: sum 34, goes on, change 6
    clip[:, 1, 0] = [12, 10, 10]  # left, bit 4: sum 32, stops, change 2
    feature = Elcbp(ElcbpConfig("full", BlockGrid(1, 1, 1), "none")).describe(clip)
    spatial, direction, gradient = 0b10100, 0b11111110, 0b10100
    assert np.flatnonzero(feature).tolist() == [spatial, 256 + direction, 512 + gradient]


@pytest.mark.parametrize("codes", ["uniform", "full"])
def test_bin_by_bin(codes, small_clip, reference_bin, reference_histograms):
    clip = small_clip
    values = clip.astype(object) if clip.dtype == np.uint8 else clip.astype(np.float64)

    def bins_of_voxel(t, y, x):
        past, now, future = values[t - 1], values[t], values[t + 1]
        found = [0, 0, 0]
        for i, (dy, dx) in enumerate(RING):
            p, c = (y + dy, x + dx), (y, x)
            spatial = sum(frame[p] - frame[c] for frame in (past, now, future))
            direction = (future[p] - now[p]) * (now[p] - past[p])
            gradient = abs(future[p] - past[p]) - abs(future[c] - past[c])
            found = [code + 2**i * (value >= 0) for code, value in zip(found, (spatial, direction, gradient))]
        return [reference_bin(code, 8, codes) for code in found]

    bins = {"uniform": 59, "full": 256}[codes]
    expected = reference_histograms(clip, GRID, (1, 1, 1), (bins,) * 3, bins_of_voxel)
    np.testing.assert_array_equal(Elcbp(ElcbpConfig(codes, GRID)).histograms(clip), expected)


@pytest.mark.parametrize("scale", [1e-30, 1e25])
def test_tiny_and_huge_values_have_the_codes_of_ordinary_ones(scale):
    """In single precision the product of two differences would underflow to 0, or overflow."""
    clip = np.random.default_rng(7).integers(-8, 8, (6, 8, 9)).astype(np.float32)
    descriptor = Elcbp(ElcbpConfig(grid=GRID))
    scaled = clip * np.float32(2.0 ** round(np.log2(scale)))  # a power of two rounds nothing
    np.testing.assert_array_equal(descriptor.histograms(scaled), descriptor.histograms(clip))


def test_settings_out_of_range_are_refused():
    with pytest.raises(ConfigError, match="needs 3"):
        ElcbpConfig(clip=ClipConfig(frames=2))
