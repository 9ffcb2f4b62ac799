"""The eyeballs: pupil, iris and white."""

from __future__ import annotations

import numpy as np

from mer_ros.data.synthetic.scenes.eyeballs import IRIS, PUPIL, Eyeballs
from mer_ros.data.synthetic.scenes.looks import Looks
from mer_ros.data.synthetic.scenes.relief import Relief, to_texture


def test_a_dark_pupil_in_an_iris_in_white_behind_each_lid(relief: Relief, looks: Looks) -> None:
    eyes = Eyeballs(relief, looks)
    for box, picture, corners in zip(eyes.boxes, eyes.pictures, ((33, 133), (362, 263)), strict=True):
        x0, y0, x1, y1 = box
        assert picture.shape == (y1 - y0, x1 - x0, 3) and picture.dtype == np.uint8
        centre, radius = np.array([x0 + x1, y0 + y1]) / 2, (x1 - x0) / 2.6
        middle = to_texture(relief.landmarks[list(corners)]).mean(0)
        assert np.linalg.norm(centre - middle) < 0.5 * radius
        apart = np.hypot(*(np.mgrid[y0:y1, x0:x1] - centre[::-1, None, None])) / radius
        pupil = np.median(picture[apart < 0.6 * PUPIL])
        iris = np.median(picture[(apart > 1.3 * PUPIL) & (apart < 0.8 * IRIS)])
        white = np.median(picture[(apart > 1.2 * IRIS) & (apart < 0.75)])
        assert pupil < iris < white and white > 140
