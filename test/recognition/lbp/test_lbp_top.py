"""LBP-TOP against a loop written from its definition, against scikit-image, and by hand."""

from __future__ import annotations

from itertools import product
from math import cos, pi, sin

import numpy as np
import pytest
from skimage.feature import local_binary_pattern

from mer_ros.errors import ConfigError
from mer_ros.recognition.lbp import BlockGrid, ClipConfig
from mer_ros.recognition.lbp.lbp_top import LbpTop, LbpTopConfig

UNIT = 10**5
"""Coordinates are whole numbers of 1/UNIT pixel, and Python's whole numbers never round."""
GRID = BlockGrid(rows=2, columns=3, depth=2)


def test_the_codes_of_one_voxel_by_hand():
    """Right 9, up 1, left 5, down 8, before 7, after 2 around 5; the tie on the left gives 1."""
    clip = np.full((3, 3, 3), 100, np.uint8)
    clip[1, 1] = [5, 5, 9]
    clip[1, [0, 2], 1] = [1, 8]
    clip[[0, 2], 1, 1] = [7, 2]
    config = LbpTopConfig((1, 1, 1), 4, "full", BlockGrid(1, 1, 1), "none")
    feature = LbpTop(config).describe(clip)
    # From the last bit on: right, up, left, down; right, before, left, after; down, before, up, after.
    xy, xt, yt = 0b1101, 0b0111, 0b0011
    assert np.flatnonzero(feature).tolist() == [xy, 16 + xt, 32 + yt] and feature.sum() == 3


def sample(plane, row, column):
    """Bilinear, at (row, column) / UNIT, times UNIT^2."""
    (r, dr), (c, dc) = divmod(row, UNIT), divmod(column, UNIT)
    corners = product(((r, UNIT - dr), (r + 1, dr)), ((c, UNIT - dc), (c + 1, dc)))
    return sum(wr * wc * int(plane[i, j]) for (i, wr), (j, wc) in corners if wr and wc)


def plane_code(plane, row, column, r_rows, r_columns, neighbours):
    code = 0
    for p in range(neighbours):
        dr = -round(round(r_rows * sin(2 * pi * p / neighbours), 5) * UNIT)
        dc = round(round(r_columns * cos(2 * pi * p / neighbours), 5) * UNIT)
        value = sample(plane, row * UNIT + dr, column * UNIT + dc)
        code += 2**p * (value >= int(plane[row, column]) * UNIT**2)
    return code


@pytest.mark.parametrize(
    "config",
    [
        LbpTopConfig(grid=GRID),
        LbpTopConfig((1, 2, 3), 4, grid=GRID),
        LbpTopConfig((1, 2, 4), 8, "full", GRID),
        LbpTopConfig((3, 1, 1), 4, "full", GRID),
    ],
    ids=["R3P8", "R123P4", "R124P8-full", "R311P4-full"],
)
def test_bin_by_bin(config, small_clip, reference_bin, reference_histograms):
    (x_radius, y_radius, t_radius), n = config.radii, config.neighbours
    clip = small_clip
    if clip.dtype == np.float32:
        clip = np.round(clip * 64).astype(np.float32)  # whole numbers, which the reference needs

    def bins_of_voxel(t, y, x):
        planes = (
            (clip[t], y, x, y_radius, x_radius),
            (clip[:, y], t, x, t_radius, x_radius),
            (clip[:, :, x], t, y, t_radius, y_radius),
        )
        return [reference_bin(plane_code(*plane, n), n, config.codes) for plane in planes]

    bins = 2**n if config.codes == "full" else n * (n - 1) + 3
    margins = (t_radius, y_radius, x_radius)
    expected = reference_histograms(clip, config.grid, margins, (bins,) * 3, bins_of_voxel)
    np.testing.assert_array_equal(LbpTop(config).histograms(clip), expected)


@pytest.mark.parametrize("radius", [1, 2, 3, 4])
@pytest.mark.parametrize("neighbours", [4, 8])
@pytest.mark.parametrize(("codes", "method"), [("uniform", "nri_uniform"), ("full", "default")])
def test_equal_to_scikit_image_plane_by_plane(radius, neighbours, codes, method):
    config = LbpTopConfig((radius,) * 3, neighbours, codes, BlockGrid(1, 1, 1))
    descriptor = LbpTop(config)
    clip = np.random.default_rng(radius).integers(0, 256, (24, 40, 36), np.uint8)
    inner = np.s_[radius:-radius, radius:-radius]
    planes = (clip, clip.transpose(1, 0, 2), clip.transpose(2, 0, 1))  # XY; XT; YT, each a stack of images
    for part, stack in zip(descriptor.layout.parts, planes):
        patterns = [local_binary_pattern(p, neighbours, radius, method)[inner] for p in stack[radius:-radius]]
        expected = np.bincount(np.ravel(patterns).astype(int), minlength=descriptor.layout.bins[0])
        assert (expected > 0).all()
        np.testing.assert_array_equal(
            descriptor.histograms(clip).ravel()[descriptor.layout.columns(part)[0]], expected
        )


def test_where_scikit_image_differs_the_sample_is_a_tie():
    """Few grey levels: scikit-image rounds samples equal to the centre to either side, we do not."""
    image = np.random.default_rng(0).integers(0, 3, (60, 60)).astype(np.uint8) * 127
    theirs = local_binary_pattern(image, 8, 3)[3:-3, 3:-3].astype(int)
    differ = 0
    for (row, column), code in np.ndenumerate(theirs):
        exact = plane_code(image, row + 3, column + 3, 3, 3, 8)
        differ += exact != code
        for p in range(8):
            if (exact ^ code) >> p & 1:
                offsets = [round(round(3 * f(2 * pi * p / 8), 5) * UNIT) for f in (sin, cos)]
                value = sample(image, (row + 3) * UNIT - offsets[0], (column + 3) * UNIT + offsets[1])
                assert value == int(image[row + 3, column + 3]) * UNIT**2
    assert differ > 0


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"radii": (3, 0, 3)}, r"'radii' are \(3, 0, 3\)"),
        ({"radii": (33, 3, 3)}, r"'radii' are \(33, 3, 3\)"),
        ({"clip": ClipConfig(frames=6)}, "a radius of 3 frames needs 7"),
    ],
)
def test_settings_out_of_range_are_refused(settings, says):
    with pytest.raises(ConfigError, match=says):
        LbpTopConfig(**settings)
