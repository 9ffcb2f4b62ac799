"""The margins of the lids, their lashes and shadows."""

from __future__ import annotations

import numpy as np

from mer_ros.data.synthetic.scenes.lids import LASH, LidMargins
from mer_ros.data.synthetic.scenes.relief import Relief


def test_the_margins_enclose_the_hole_between_the_corners(relief: Relief, lids: LidMargins) -> None:
    for (upper, lower), (outer, inner) in zip(lids.in_frame(), ((33, 133), (263, 362)), strict=True):
        corners = np.sort(relief.landmarks[[outer, inner], 0])
        np.testing.assert_allclose(upper[[0, -1], 0], corners, atol=0.05 * relief.px)
        assert (upper[:, 1] < lower[:, 1]).all()
        assert 0.05 < (lower[:, 1] - upper[:, 1]).max() / relief.px < 0.25


def test_the_holes_are_cut_and_the_lashes_drawn_over_their_edges(lids: LidMargins) -> None:
    picture, cover = np.ones((720, 960, 3), np.float32), np.ones((720, 960), np.float32)
    lids.cut(cover)
    area = (cover == 0).sum()
    assert area > 300
    lids.draw_lashes(picture, cover)
    for upper, lower in lids.eyes:
        x, top = upper[len(upper) // 2]
        bottom = np.interp(x, *lower.T)
        assert picture[round(top), round(x)].max() < 0.3 + LASH.max()
        shadow = cover[round(top) + 5 : round(bottom) - 2, round(x)]
        assert (np.diff(shadow) <= 0.02).all() and shadow[-1] < 0.3  # darker under the upper lid
