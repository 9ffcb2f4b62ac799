"""The descriptors against loops written from their definitions, bin by bin."""

from __future__ import annotations

from itertools import product
from math import cos, pi, sin

import numpy as np
import pytest
from skimage.feature import local_binary_pattern

from mer_ros.recognition.lbp import BlockGrid, ClipConfig
from mer_ros.recognition.lbp.elcbp import Elcbp, ElcbpConfig
from mer_ros.recognition.lbp.lbp_sip import LbpSip, LbpSipConfig
from mer_ros.recognition.lbp.lbp_top import LbpTop, LbpTopConfig

UNIT = 10**5
"""Coordinates are whole numbers of 1/UNIT pixel, and Python's whole numbers never round."""
GRID = BlockGrid(rows=2, columns=3, depth=2)
RING = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))


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


def bin_of(code, neighbours, codes):
    if codes == "full":
        return code
    starts = [-k % neighbours for k in range(neighbours)]
    runs = [[(start + i) % neighbours for i in range(n)] for n in range(1, neighbours) for start in starts]
    uniform = [0, *(sum(2**p for p in run) for run in runs), 2**neighbours - 1]
    return uniform.index(code) if code in uniform else len(uniform)


def blocks_of(grid, shape, margins):
    """The voxels (t, y, x) of every block in the feature's order; blocks do not overlap."""
    axes = []
    for length, margin, count in zip(shape, margins, grid.shape):
        inner = length - 2 * margin
        axes.append(
            [range(margin + i * inner // count, margin + (i + 1) * inner // count) for i in range(count)]
        )
    return [list(product(*ranges)) for ranges in product(*axes)]


def histograms(clip, grid, margins, bins, bins_of_voxel):
    """(blocks, sum of bins) counts; bins_of_voxel: (t, y, x) -> the bin of every part."""
    found = []
    for voxels in blocks_of(grid, clip.shape, margins):
        parts = [np.zeros(n, int) for n in bins]
        for voxel in voxels:
            for part, place in zip(parts, bins_of_voxel(*voxel)):
                part[place] += 1
        found.append(np.concatenate(parts))
    return np.array(found)


def lbp_top(clip, config):
    (x_radius, y_radius, t_radius), n = config.radii, config.neighbours

    def bins_of_voxel(t, y, x):
        planes = (
            (clip[t], y, x, y_radius, x_radius),
            (clip[:, y], t, x, t_radius, x_radius),
            (clip[:, :, x], t, y, t_radius, y_radius),
        )
        return [bin_of(plane_code(*plane, n), n, config.codes) for plane in planes]

    bins = 2**n if config.codes == "full" else n * (n - 1) + 3
    return histograms(clip, config.grid, (t_radius, y_radius, x_radius), (bins,) * 3, bins_of_voxel)


def lbp_sip(clip, config):
    rx, ry, rt = config.radii

    def bins_of_voxel(t, y, x):
        centre = clip[t, y, x]
        space = (clip[t, y, x + rx], clip[t, y - ry, x], clip[t, y, x - rx], clip[t, y + ry, x])
        time = (clip[t - rt, y, x], clip[t + rt, y, x])
        return [sum(2**i * (value >= centre) for i, value in enumerate(points)) for points in (space, time)]

    return histograms(clip, config.grid, (rt, ry, rx), (16, 4), bins_of_voxel)


def elcbp(clip, config):
    values = clip.astype(object) if clip.dtype == np.uint8 else clip.astype(np.float64)

    def bins_of_voxel(t, y, x):
        past, now, future = values[t - 1], values[t], values[t + 1]
        codes = [0, 0, 0]
        for i, (dy, dx) in enumerate(RING):
            p, c = (y + dy, x + dx), (y, x)
            spatial = sum(frame[p] - frame[c] for frame in (past, now, future))
            direction = (future[p] - now[p]) * (now[p] - past[p])
            gradient = abs(future[p] - past[p]) - abs(future[c] - past[c])
            codes = [code + 2**i * (value >= 0) for code, value in zip(codes, (spatial, direction, gradient))]
        return [bin_of(code, 8, config.codes) for code in codes]

    bins = 256 if config.codes == "full" else 59
    return histograms(clip, config.grid, (1, 1, 1), (bins,) * 3, bins_of_voxel)


CASES = {
    "top": (LbpTop, LbpTopConfig(grid=GRID), lbp_top),
    "top-4": (LbpTop, LbpTopConfig((1, 2, 3), 4, grid=GRID), lbp_top),
    "top-ellipses": (LbpTop, LbpTopConfig((1, 2, 4), 8, "full", GRID), lbp_top),
    "top-4-full": (LbpTop, LbpTopConfig((3, 1, 1), 4, "full", GRID), lbp_top),
    "sip": (LbpSip, LbpSipConfig((2, 1, 3), GRID), lbp_sip),
    "elcbp": (Elcbp, ElcbpConfig(grid=GRID), elcbp),
    "elcbp-full": (Elcbp, ElcbpConfig("full", GRID), elcbp),
}
CLIPS = {
    "random": lambda rng, shape: rng.integers(0, 256, shape, np.uint8),
    "three levels": lambda rng, shape: rng.integers(0, 3, shape).astype(np.uint8) * 127,
    "floats": lambda rng, shape: rng.normal(size=shape).astype(np.float32),
    "flat": lambda rng, shape: np.full(shape, 77, np.uint8),
}


@pytest.mark.parametrize("levels", CLIPS)
@pytest.mark.parametrize("name", CASES)
def test_bin_by_bin(name, levels):
    kind, config, reference = CASES[name]
    clip = CLIPS[levels](np.random.default_rng(5), (11, 12, 13))
    if levels == "floats" and reference is lbp_top:
        clip = np.round(clip * 64).astype(np.float32)  # whole numbers, which the reference needs
    np.testing.assert_array_equal(kind(config).histograms(clip), reference(clip, config))


@pytest.mark.parametrize("level", [np.uint8(255), np.float32(0.1), np.float32(-1e29), np.float32(3e-39)])
@pytest.mark.parametrize("name", CASES)
def test_a_tie_is_a_one(name, level):
    """Nothing differs in a flat clip, so every bit of every code is one, whatever the level's last digits."""
    kind, config, _ = CASES[name]
    descriptor = kind(config)
    feature = descriptor.describe(np.full((11, 12, 13), level))
    for part, bins in zip(descriptor.layout.parts, descriptor.layout.bins):
        all_ones = bins - 1 if bins in (4, 16, 256) else bins - 2  # behind it: the bin of what is not uniform
        expected = np.eye(bins)[all_ones]
        assert (feature[descriptor.layout.columns(part)] == expected).all()


@pytest.mark.parametrize("radius", [1, 2, 3, 4])
@pytest.mark.parametrize("neighbours", [4, 8])
@pytest.mark.parametrize(("codes", "method"), [("uniform", "nri_uniform"), ("full", "default")])
def test_equal_to_scikit_image_plane_by_plane(radius, neighbours, codes, method):
    config = LbpTopConfig((radius,) * 3, neighbours, codes, BlockGrid(1, 1, 1))
    descriptor = LbpTop(config)
    clip = np.random.default_rng(radius).integers(0, 256, (24, 40, 36), np.uint8)
    inner = np.s_[radius:-radius, radius:-radius]
    planes = (clip, clip.transpose(1, 0, 2), clip.transpose(2, 0, 1))  # XY; XT; YT, each a stack of pictures
    for part, stack in zip(descriptor.layout.parts, planes):
        patterns = [local_binary_pattern(p, neighbours, radius, method)[inner] for p in stack[radius:-radius]]
        expected = np.bincount(np.ravel(patterns).astype(int), minlength=descriptor.layout.bins[0])
        assert (expected > 0).all()
        np.testing.assert_array_equal(
            descriptor.histograms(clip).ravel()[descriptor.layout.columns(part)[0]], expected
        )


def test_where_scikit_image_differs_the_sample_is_a_tie():
    """Few grey levels: its samples that equal the centre are rounded to either side, ours never."""
    picture = np.random.default_rng(0).integers(0, 3, (60, 60)).astype(np.uint8) * 127
    theirs = local_binary_pattern(picture, 8, 3)[3:-3, 3:-3].astype(int)
    differ = 0
    for (row, column), code in np.ndenumerate(theirs):
        exact = plane_code(picture, row + 3, column + 3, 3, 3, 8)
        differ += exact != code
        for p in range(8):
            if (exact ^ code) >> p & 1:
                offsets = [round(round(3 * f(2 * pi * p / 8), 5) * UNIT) for f in (sin, cos)]
                value = sample(picture, (row + 3) * UNIT - offsets[0], (column + 3) * UNIT + offsets[1])
                assert value == int(picture[row + 3, column + 3]) * UNIT**2
    assert differ > 0


@pytest.mark.parametrize("name", CASES)
def test_long_lines_and_many_stretches_count_every_voxel_once(name, monkeypatch):
    """A picture that does not fit into one stretch gives what one stretch would."""
    kind, config, _ = CASES[name]
    clip = np.random.default_rng(1).integers(0, 256, (11, 30, 17), np.uint8)
    whole = kind(config).histograms(clip)
    monkeypatch.setattr("mer_ros.recognition.lbp.descriptor.STRETCH", 40)
    np.testing.assert_array_equal(kind(config).histograms(clip), whole)


def test_a_clip_that_is_no_contiguous_array_is_read_alike():
    clip = np.random.default_rng(2).integers(0, 256, (20, 22, 24), np.uint8)
    descriptor = LbpTop(LbpTopConfig(grid=GRID))
    np.testing.assert_array_equal(
        descriptor.describe(clip[::2, :, ::-1]), descriptor.describe(clip[::2, :, ::-1].copy())
    )


def test_brightness_and_contrast_change_nothing():
    clip = np.random.default_rng(3).integers(0, 100, (12, 20, 20), np.uint8)
    for kind, config, _ in CASES.values():
        np.testing.assert_array_equal(kind(config).describe(clip), kind(config).describe(clip * 2 + 31))


@pytest.mark.parametrize("normalisation", ["sum", "root", "none"])
@pytest.mark.parametrize("kind", [(LbpTop, LbpTopConfig), (LbpSip, LbpSipConfig), (Elcbp, ElcbpConfig)])
def test_normalisation_is_per_block_and_part(kind, normalisation):
    descriptor = kind[0](kind[1](grid=GRID, normalisation=normalisation))
    clip = np.random.default_rng(4).integers(0, 256, (12, 20, 22), np.uint8)
    feature = descriptor.describe(clip)
    assert feature.dtype == np.float32 and feature.shape == (descriptor.layout.size,)
    for part in descriptor.layout.parts:
        histograms = feature[descriptor.layout.columns(part)].astype(float)
        if normalisation == "none":
            assert len(set(histograms.sum(1))) > 1 and (histograms == histograms.round()).all()
        else:
            power = 2 if normalisation == "root" else 1
            np.testing.assert_allclose((histograms**power).sum(1), 1, rtol=1e-6)


def test_the_clip_is_prepared_first():
    clip = np.random.default_rng(6).integers(0, 256, (30, 16, 16), np.uint8)
    settings = ClipConfig(frames=9, magnification=4)
    made = LbpSip(LbpSipConfig((1, 1, 1), GRID, clip=settings)).describe(clip)
    by_hand = LbpSip(LbpSipConfig((1, 1, 1), GRID)).describe(settings.prepare(clip))
    np.testing.assert_array_equal(made, by_hand)
    assert (made != LbpSip(LbpSipConfig((1, 1, 1), GRID)).describe(clip)).any()
