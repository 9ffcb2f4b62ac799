"""The inside of the mouth: dark, with teeth, of which the lower ones follow the jaw."""

from __future__ import annotations

import numpy as np

from mer_ros.data.synthetic.scenes.lips import LipLine
from mer_ros.data.synthetic.scenes.looks import Looks
from mer_ros.data.synthetic.scenes.mouth import Mouth
from mer_ros.data.synthetic.scenes.relief import Relief


def test_teeth_in_the_dark_and_lower_ones_that_move(relief: Relief, lips: LipLine, looks: Looks) -> None:
    mouth = Mouth(relief, lips, looks)
    x0, y0, x1, y1 = mouth.box_xyxy
    y, x = np.mgrid[: y1 - y0, : x1 - x0].astype(np.float32)
    position = np.stack([x, y], axis=-1)
    shut = mouth.inside(position, np.zeros(2, np.float32))
    dropped = mouth.inside(position, np.array([0, 30], np.float32))
    assert shut.shape == (y1 - y0, x1 - x0, 3)
    upper = mouth.upper.max(-1) > 120
    assert upper.sum() > 200 and np.median(mouth.upper[~upper]) < 40
    np.testing.assert_array_equal(dropped[upper], shut[upper])  # the skull holds the upper teeth
    assert np.abs(dropped - shut).max() > 60


def test_the_skin_is_parted_along_the_lips(relief: Relief, lips: LipLine, looks: Looks) -> None:
    above, below = Mouth(relief, lips, looks).sides(lips)
    assert above[0].min() == 255 and below[0].max() == 0
    assert above[-1].max() == 0 and below[-1].min() == 255
