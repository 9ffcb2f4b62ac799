from __future__ import annotations

import re

import numpy as np
import pytest

from mer_ros.visualisation.flow_words import in_words


@pytest.mark.parametrize(
    ("u", "v", "words"), [(1, 0, "right"), (0, -1, "up"), (-1, 1, "down and left"), (0.1, 1, "down")]
)
def test_direction_and_place_of_the_strongest_movement(u, v, words):
    flow = np.zeros((2, 50, 50), np.float32)
    flow[:, 38:42, 8:12] = np.reshape([u, v], (2, 1, 1))
    place = ", at 1. % of the width and (79|80|81) % of the height"
    assert re.fullmatch(f"strongest movement {words}{place}", in_words(flow))
