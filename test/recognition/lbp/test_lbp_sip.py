"""LBP-SIP against a loop written from its definition, and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from mer_ros.errors import ConfigError
from mer_ros.recognition.lbp import BlockGrid, ClipConfig
from mer_ros.recognition.lbp.lbp_sip import LbpSip, LbpSipConfig

GRID = BlockGrid(rows=2, columns=3, depth=2)


def test_the_codes_of_one_voxel_by_hand():
    """Right 9, up 1, left 5, down 8, before 7, after 2 around 5; the tie on the left gives 1."""
    clip = np.full((3, 3, 3), 100, np.uint8)
    clip[1, 1] = [5, 5, 9]
    clip[1, [0, 2], 1] = [1, 8]
    clip[[0, 2], 1, 1] = [7, 2]
    feature = LbpSip(LbpSipConfig((1, 1, 1), BlockGrid(1, 1, 1), "none")).describe(clip)
    assert np.flatnonzero(feature).tolist() == [0b1101, 16 + 0b01] and feature.sum() == 2


def test_bin_by_bin(small_clip, reference_histograms):
    clip, (rx, ry, rt) = small_clip, (2, 1, 3)

    def bins_of_voxel(t, y, x):
        centre = clip[t, y, x]
        space = (clip[t, y, x + rx], clip[t, y - ry, x], clip[t, y, x - rx], clip[t, y + ry, x])
        time = (clip[t - rt, y, x], clip[t + rt, y, x])
        return [sum(2**i * (value >= centre) for i, value in enumerate(points)) for points in (space, time)]

    expected = reference_histograms(clip, GRID, (rt, ry, rx), (16, 4), bins_of_voxel)
    np.testing.assert_array_equal(LbpSip(LbpSipConfig((rx, ry, rt), GRID)).histograms(clip), expected)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"radii": (3, 0, 3)}, r"'radii' are \(3, 0, 3\)"),
        ({"radii": (1, 1, 2), "clip": ClipConfig(frames=4)}, "a radius of 2 frames needs 5"),
    ],
)
def test_settings_out_of_range_are_refused(settings, says):
    with pytest.raises(ConfigError, match=says):
        LbpSipConfig(**settings)
