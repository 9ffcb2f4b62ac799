"""LBP feature difference.

Moilanen, Zhao and Pietikainen, "Spotting Rapid Facial Movements from Videos Using Appearance-Based Feature
Difference Analysis", ICPR 2014 (10.1109/ICPR.2014.303): uniform local binary patterns of 8 neighbours at
radius 3, a normalised histogram in each of 6 x 6 blocks; per block the chi-square distance

    sum over bins of (x - y)^2 / (x + y)

between frame i and the mean of frames i-k and i+k. The value of frame i is the mean of the largest third (12)
of the blocks.

The 59 bins are the 58 uniform patterns and one for all others. Departures: the crops are those of ``align``;
their outermost 3 pixels, which have no complete neighbourhood, are excluded.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from skimage.feature import local_binary_pattern

from mer_ros.spotting.baselines.contrast import (
    BLOCKS,
    WINDOW_S,
    Stamps,
    comparable_frames,
    mean_of_largest_third,
)

_NEIGHBOURS, _RADIUS_PX = 8, 3
_BINS = 59


def frame_values(
    crops: NDArray[np.uint8], stamps_ns: Stamps, window_s: float = WINDOW_S
) -> NDArray[np.float64]:
    """(T,) float64, 0..2: difference in texture between each frame and the frames k before and after it.

    crops: (T, S, S) uint8 grey, aligned; stamps_ns: (T,) int64, increasing; window_s: 2 k frames. NaN for
    frames without a frame k before and after.
    """
    frames, before, after = comparable_frames(crops, stamps_ns, window_s)
    features = np.stack([_histograms(crop) for crop in crops])  # (T, 36, 59) float32: 8.5 kB per frame
    values = np.full(len(crops), np.nan)
    for i in frames:
        values[i] = _difference(features[i], (features[before[i]] + features[after[i]]) / 2)
    return values


def _difference(now: NDArray[np.float32], around: NDArray[np.float32]) -> float:
    """Value of one frame from (36, 59) histograms."""
    chi_square = ((now - around) ** 2 / np.maximum(now + around, 1e-12)).sum(axis=1)
    return mean_of_largest_third(chi_square)


def _histograms(crop: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(36, 59) float32, each row sums to 1, of an (S, S) uint8 crop."""
    codes = local_binary_pattern(crop, _NEIGHBOURS, _RADIUS_PX, "nri_uniform").astype(np.intp)
    side = (crop.shape[0] - 2 * _RADIUS_PX) // BLOCKS
    inside = slice(_RADIUS_PX, _RADIUS_PX + side * BLOCKS)
    blocks = codes[inside, inside].reshape(BLOCKS, side, BLOCKS, side).swapaxes(1, 2)
    flat = blocks.reshape(BLOCKS * BLOCKS, side * side) + _BINS * np.arange(BLOCKS * BLOCKS)[:, None]
    counts = np.bincount(flat.ravel(), minlength=BLOCKS * BLOCKS * _BINS)
    return (counts.reshape(-1, _BINS) / side**2).astype(np.float32)
