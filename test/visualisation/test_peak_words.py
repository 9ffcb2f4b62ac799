from __future__ import annotations

import numpy as np
import pytest

from mer_ros.visualisation.peak_words import peak_in_words


@pytest.mark.parametrize(
    ("y", "x", "words"),
    [
        (0, 0, "5 % of the width and 12 % of the height"),
        (3, 9, "95 % of the width and 88 % of the height"),
    ],
)
def test_width_and_height_have_their_own_number_of_cells(y, x, words):
    values = np.zeros((4, 10), np.float32)
    values[y, x] = 1
    assert peak_in_words(values) == words


def test_of_equal_values_the_first_counts():
    assert peak_in_words(np.ones((2, 2), np.float32)) == "25 % of the width and 25 % of the height"
