"""Blocks cover what has a code, the layout finds every number again, and a map keeps its sum."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.recognition.lbp import BlockGrid
from mer_ros.recognition.lbp.codes import fold, pack
from mer_ros.recognition.lbp.elcbp import Elcbp, ElcbpConfig
from mer_ros.recognition.lbp.lbp_sip import LbpSip, LbpSipConfig
from mer_ros.recognition.lbp.lbp_top import LbpTop, LbpTopConfig


def test_blocks_without_overlap_tile():
    assert BlockGrid(rows=8).spans(1, 122)[:3] == [(0, 15), (15, 30), (30, 45)]
    for length in range(8, 60):
        spans = BlockGrid(rows=8).spans(1, length)
        assert [begin for begin, _ in spans] + [length] == [0] + [end for _, end in spans]
        assert {end - begin for begin, end in spans} <= {length // 8, length // 8 + 1}


def test_blocks_with_overlap_share_what_was_asked_for():
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
    ("descriptor", "size", "index", "place"),
    [
        (LbpTop(LbpTopConfig()), 64 * 3 * 59, 59 * (3 * 9 + 1) + 7, ((0, 1, 1), "XT", 7)),
        (LbpTop(LbpTopConfig(neighbours=4, grid=BlockGrid(5, 5))), 25 * 3 * 15, 0, ((0, 0, 0), "XY", 0)),
        (LbpSip(LbpSipConfig()), 64 * 20, 64 * 20 - 1, ((0, 7, 7), "time", 3)),
        (LbpSip(LbpSipConfig()), 64 * 20, 35, ((0, 0, 1), "space", 15)),
        (Elcbp(ElcbpConfig()), 128 * 3 * 59, 64 * 3 * 59 + 2 * 59, ((1, 0, 0), "TG", 0)),
        (Elcbp(ElcbpConfig("full")), 128 * 3 * 256, 256, ((0, 0, 0), "TD", 0)),
    ],
)
def test_the_layout_says_what_a_number_counts(descriptor, size, index, place):
    layout = descriptor.layout
    assert layout.size == size
    assert layout.where(index) == place
    (t, y, x), part, code = place
    block = (t * layout.grid.rows + y) * layout.grid.columns + x
    assert layout.columns(part)[block, code] == index
    everything = np.concatenate([layout.columns(name).ravel() for name in layout.parts])
    assert sorted(everything) == list(range(size))


def test_values_of_blocks_and_parts_add_up():
    layout = LbpSip(LbpSipConfig(grid=BlockGrid(2, 3, 2))).layout
    values = np.zeros(layout.size, np.float32)
    values[layout.columns("time")[7]] = [1, 2, 3, 4]  # block (1, 0, 1)
    values[layout.columns("space")[0]] = 0.5
    sums = layout.by_block(values)
    assert sums.shape == (2, 2, 3, 2)
    assert sums[1, 0, 1].tolist() == [0, 10]
    assert sums[0, 0, 0].tolist() == [8, 0]
    assert sums.sum() == 18


@pytest.mark.parametrize("overlap", [0.0, 0.5])
def test_a_painted_map_keeps_the_sum_and_the_place(overlap):
    layout = LbpTop(LbpTopConfig((3, 2, 1), grid=BlockGrid(4, 4, 1, overlap))).layout
    blocks = np.zeros((4, 4))
    blocks[0, 3], blocks[2, 1] = 5.0, -2.0
    picture = layout.paint(blocks, (40, 50))
    assert picture.shape == (40, 50)
    np.testing.assert_allclose(picture.sum(), 3)
    assert not picture[:2].any() and not picture[-2:].any() and not picture[:, :3].any()
    assert picture[2:11, 40:47].min() > 0
    assert picture[18:28].min() < 0


def test_codes_are_packed_first_bit_lowest():
    bits = [np.array(bit, bool) for bit in ([1, 0, 0], [0, 1, 0], [0, 1, 1])]
    assert pack(bits).tolist() == [1, 6, 4]
    assert pack([np.ones(2, bool)] * 8).tolist() == [255, 255]


@pytest.mark.parametrize(("neighbours", "bins"), [(8, 59), (4, 15)])
def test_uniform_codes_have_a_bin_each_and_the_rest_one(neighbours, bins):
    matrix = fold(neighbours, "uniform")
    assert matrix.shape == (2**neighbours, bins)
    assert (matrix.sum(1) == 1).all()
    assert matrix.sum(0).tolist() == [1] * (bins - 1) + [2**neighbours - bins + 1]
    for code in np.flatnonzero(matrix[:, :-1].sum(1)):
        ring = f"{code:0{neighbours}b}"
        assert (ring + ring[0]).count("01") + (ring + ring[0]).count("10") <= 2
    np.testing.assert_array_equal(fold(neighbours, "full"), np.eye(2**neighbours))
