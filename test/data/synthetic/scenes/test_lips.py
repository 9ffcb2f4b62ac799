"""The line between the lips."""

from __future__ import annotations

import numpy as np

from mer_ros.data.synthetic.scenes.lips import LipLine
from mer_ros.data.synthetic.scenes.relief import Relief, to_texture


def test_the_line_runs_from_corner_to_corner_between_the_lips(relief: Relief, lips: LipLine) -> None:
    corners = to_texture(relief.landmarks[[61, 291]])
    np.testing.assert_allclose(lips.x[[0, -1]], corners[:, 0], atol=0.06 * relief.px * 3)
    middle = corners[:, 0].mean()
    above, below = to_texture(relief.landmarks[[0, 17]])[:, 1]
    assert above < lips.upper_at(np.array([middle]))[0] < below
    assert (lips.lower >= lips.upper).all()


def test_both_sides_add_up_where_nothing_is_open(lips: LipLine) -> None:
    y, x = np.mgrid[
        int(lips.upper.min()) - 20 : int(lips.lower.max()) + 20, int(lips.x[0]) - 30 : int(lips.x[-1]) + 30
    ]
    total = lips.above(x, y) + lips.below(x, y)
    assert total.max() <= 1 + 1e-6
    np.testing.assert_allclose(total[~lips.within(x)], 1, atol=1e-6)
    assert lips.above(x, y)[0].min() == 1 and lips.below(x, y)[-1].min() == 1
