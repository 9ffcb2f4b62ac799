"""The layout: the meaning of each number of a feature, sums over blocks, and maps of them."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.recognition.lbp import BlockGrid, Layout
from mer_ros.recognition.lbp.elcbp import Elcbp, ElcbpConfig
from mer_ros.recognition.lbp.lbp_sip import LbpSip, LbpSipConfig
from mer_ros.recognition.lbp.lbp_top import LbpTop, LbpTopConfig

SMALL = Layout(BlockGrid(rows=1, columns=2), ("a", "b"), bins=(2, 1), margins=(0, 1, 1))
"""Two blocks of three numbers: a0 a1 b0, a0 a1 b0."""


def test_the_columns_of_a_part():
    assert SMALL.size == 6 and SMALL.block_size == 3
    assert SMALL.columns("a").tolist() == [[0, 1], [3, 4]]
    assert SMALL.columns("b").tolist() == [[2], [5]]


def test_parts_of_different_lengths_are_found():
    found = [SMALL.where(index) for index in range(6)]
    assert found == [
        ((0, 0, 0), "a", 0), ((0, 0, 0), "a", 1), ((0, 0, 0), "b", 0),
        ((0, 0, 1), "a", 0), ((0, 0, 1), "a", 1), ((0, 0, 1), "b", 0),
    ]  # fmt: skip


def test_sums_and_map_computed_by_hand():
    sums = SMALL.by_block(np.array([1, 2, 4, 8, 16, 32], np.float32))
    assert sums.tolist() == [[[[3, 4], [24, 32]]]] and sums.dtype == np.float64
    image = SMALL.paint(np.array([[4.0, 8.0]]), (4, 6))  # two blocks of 2 x 2 cells inside a border of 1
    assert image.tolist() == [[0] * 6, [0, 1, 1, 2, 2, 0], [0, 1, 1, 2, 2, 0], [0] * 6]


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
def test_the_layout_states_what_each_number_counts(descriptor, size, index, place):
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
    image = layout.paint(blocks, (40, 50))
    assert image.shape == (40, 50)
    np.testing.assert_allclose(image.sum(), 3)
    assert not image[:2].any() and not image[-2:].any() and not image[:, :3].any()
    assert image[2:11, 40:47].min() > 0
    assert image[18:28].min() < 0
