"""Published spotters: baselines for the streaming spotter.

Each takes its threshold from the mean and maximum of a whole recording, so it needs the future and always
finds something; or, for a fair comparison with a stream, from a trailing window. ``align`` turns frames into
crops, a method of ``METHODS`` turns crops into one value per frame, and ``spot`` turns values into intervals.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from mer_ros.spotting.baselines import both_kinds, lbp_difference, mdmd
from mer_ros.spotting.baselines.alignment import Aligned, align
from mer_ros.spotting.baselines.contrast import Interval, spot

METHODS: dict[str, Callable[..., NDArray[np.float64]]] = {
    "mdmd": mdmd.frame_values,
    "lbp_difference": lbp_difference.frame_values,
}
"""``frame_values(crops, stamps_ns, window_s)`` of each method."""

TUNED_P: dict[str, float] = {"mdmd": 0.1, "lbp_difference": 0.1}
"""Threshold p of each method with the best F1 of micro-expressions on the tuning streams of the benchmark
(``python -m benchmarks.spotting --tune``)."""

__all__ = [
    "METHODS",
    "TUNED_P",
    "Aligned",
    "Interval",
    "align",
    "both_kinds",
    "lbp_difference",
    "mdmd",
    "spot",
]
