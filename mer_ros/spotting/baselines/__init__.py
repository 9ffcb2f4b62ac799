"""Published spotters, offline: baselines for the streaming spotter.

Each judges a whole recording by its own mean and maximum, so it knows the future and always finds something.
Frames become crops by ``align``, crops become one value a frame by a method of ``METHODS``, and values become
intervals by ``spot``.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mer_ros.spotting.baselines import lbp_difference, mdmd
from mer_ros.spotting.baselines.alignment import Aligned, align
from mer_ros.spotting.baselines.contrast import Interval, spot

METHODS: dict[str, Callable[..., NDArray[np.float64]]] = {
    "mdmd": mdmd.frame_values,
    "lbp_difference": lbp_difference.frame_values,
}
"""``frame_values(crops, stamps_ns, window_s)`` of each method."""

__all__ = ["METHODS", "Aligned", "Interval", "align", "lbp_difference", "mdmd", "spot"]
