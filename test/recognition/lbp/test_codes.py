"""Codes of comparisons, their bins, and the position of a diagonal neighbour."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.recognition.lbp.codes import PARTS, Diagonal, fold, pack


def test_codes_are_packed_first_bit_lowest():
    bits = [np.array(bit, bool) for bit in ([1, 0, 0], [0, 1, 0], [0, 1, 1])]
    assert pack(bits).tolist() == [1, 6, 4]
    assert pack([np.ones(2, bool)] * 8).tolist() == [255, 255]


def test_packing_leaves_the_comparisons_unchanged():
    bits = [np.array([True, False]), np.array([False, False])]
    assert pack(bits).tolist() == [1, 0] and pack(bits[:1]).tolist() == [1, 0]
    assert [bit.tolist() for bit in bits] == [[True, False], [False, False]]
    assert pack([np.empty(0, bool)] * 4).shape == (0,)


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


def test_the_uniform_bins_of_four_neighbours():
    """By the number of ones, then by where their run begins; last the two codes that are not uniform."""
    bins = fold(4, "uniform").argmax(1)
    assert bins.tolist() == [0, 1, 4, 5, 3, 14, 8, 9, 2, 6, 14, 10, 7, 11, 12, 13]


@pytest.mark.parametrize(
    ("radius", "low", "far"),
    [(1, 0, 70_711), (2, 1, 41_421), (3, 2, 12_132), (4, 2, 82_843), (32, 22, 62_742)],
)
def test_a_diagonal_lies_between_two_pixels(radius, low, far):
    """radius * sin 45 degrees, rounded to 1/PARTS pixel."""
    assert Diagonal.of(radius) == Diagonal(low, PARTS - far, far)
