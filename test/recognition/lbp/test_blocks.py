"""Blocks cover all voxels with a code, and their histograms are those of the blocks alone."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.errors import ConfigError
from mer_ros.recognition.lbp import BlockGrid
from mer_ros.recognition.lbp.lbp_sip import LbpSip, LbpSipConfig


def test_blocks_without_overlap_tile():
    assert BlockGrid(rows=8).spans(1, 122)[:3] == [(0, 15), (15, 30), (30, 45)]
    for length in range(8, 60):
        spans = BlockGrid(rows=8).spans(1, length)
        assert [begin for begin, _ in spans] + [length] == [0] + [end for _, end in spans]
        assert {end - begin for begin, end in spans} <= {length // 8, length // 8 + 1}


def test_blocks_with_overlap_share_the_given_part():
    assert BlockGrid(columns=3, overlap=0.5).spans(2, 40) == [(0, 20), (10, 30), (20, 40)]
    assert BlockGrid(columns=4, overlap=0.2).spans(2, 34) == [(0, 10), (8, 18), (16, 26), (24, 34)]


@pytest.mark.parametrize("overlap", [0.0, 0.3, 0.5, 0.9])
def test_histograms_of_overlapping_blocks_are_those_of_the_blocks_alone(overlap):
    """A block's histogram is that of the clip cut to the block and its margins."""
    grid = BlockGrid(3, 4, 2, overlap)
    config = LbpSipConfig((2, 1, 1), grid, "none")
    descriptor = LbpSip(config)
    alone = LbpSip(LbpSipConfig((2, 1, 1), BlockGrid(1, 1, 1), "none"))
    clip = np.random.default_rng(0).integers(0, 256, (16, 21, 30), np.uint8)
    spans = [grid.spans(axis, n - 2 * m) for axis, (n, m) in enumerate(zip(clip.shape, (1, 1, 2)))]
    expected = [
        alone.describe(clip[t0 : t1 + 2, y0 : y1 + 2, x0 : x1 + 4])
        for t0, t1 in spans[0] for y0, y1 in spans[1] for x0, x1 in spans[2]
    ]  # fmt: skip
    np.testing.assert_array_equal(descriptor.describe(clip), np.concatenate(expected))


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"rows": 0}, "'rows' is 0: give 1 to 64"),
        ({"columns": 65}, "'columns' is 65"),
        ({"depth": 0}, "'depth' is 0"),
        ({"overlap": 1.0}, "'overlap' is 1.0"),
        ({"overlap": -0.1}, "'overlap' is -0.1"),
    ],
)
def test_settings_out_of_range_are_refused(settings, says):
    with pytest.raises(ConfigError, match=says):
        BlockGrid(**settings)
