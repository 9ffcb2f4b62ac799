"""Clips and a slow count of codes, voxel by voxel, against which the descriptors are tested."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

CLIPS = {
    "random": lambda rng, shape: rng.integers(0, 256, shape, np.uint8),
    "three levels": lambda rng, shape: rng.integers(0, 3, shape).astype(np.uint8) * 127,
    "floats": lambda rng, shape: rng.normal(size=shape).astype(np.float32),
    "flat": lambda rng, shape: np.full(shape, 77, np.uint8),
}


@pytest.fixture(params=CLIPS)
def small_clip(request):
    """(11, 12, 13) grey frames."""
    return CLIPS[request.param](np.random.default_rng(5), (11, 12, 13))


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


@pytest.fixture(scope="session")
def reference_bin():
    """code, P, code set -> its bin."""
    return bin_of


@pytest.fixture(scope="session")
def reference_histograms():
    """See ``histograms``."""
    return histograms
