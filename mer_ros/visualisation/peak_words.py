"""The place of the strongest point of a picture in words, for those who cannot see it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def peak_in_words(values: NDArray[np.floating]) -> str:
    """Place of the largest of (h, w) values, the first of equal ones, as shares of the picture.

    >>> peak_in_words(np.float32([[0, 0, 0, 0], [0, 0, 2, 0]]))
    '62 % of the width and 75 % of the height'
    """
    y, x = np.unravel_index(int(values.argmax()), values.shape)
    across, down = (100 * (place + 0.5) / n for place, n in ((x, values.shape[1]), (y, values.shape[0])))
    return f"{across:.0f} % of the width and {down:.0f} % of the height"
