from __future__ import annotations

import numpy as np

from mer_ros.explanation.faithfulness import pointing_hits
from mer_ros.explanation.faithfulness.pointing import moving_region


def test_a_hit_is_a_strongest_point_in_the_region():
    regions = np.zeros((3, 8, 8), bool)
    regions[:, :4, :4] = True
    maps = np.zeros((3, 2, 2))
    maps[0, 0, 0] = maps[1, 1, 1] = 1  # the last map is empty
    assert pointing_hits(maps, regions).tolist() == [True, False, False]


def test_a_face_at_rest_has_no_region():
    assert not moving_region(np.zeros((1, 2, 4, 4))).any()
