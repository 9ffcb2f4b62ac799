"""Main directional maximal difference (MDMD).

Wang, Wu, Qian, Li and Fu, "A main directional maximal difference analysis for spotting facial movements from
long-term videos", Neurocomputing 230, 2017; as the baseline of MEGC 2020 in He, Wang, Li and Yap,
arXiv:1912.11985, section II.

The flow of a movement that comes and goes within 2 k frames is large from frame i-k to its middle i and small
from i-k to i+k. In each of 6 x 6 blocks, the main direction is the quadrant that contains most vectors of the
flow from i-k to i. For its pixels, the length of the flow from i-k to i+k is subtracted from the length of
that flow, and the largest third of the differences is averaged. The value of frame i is the mean of the
largest third (12) of the blocks.

Departures: DIS flow in place of RLOF; quadrants from the signs of both components, whereas the published code
uses atan(u / v) and so distinguishes only two directions; crops of ``align`` in place of those by Dlib.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.motion.optical_flow import DenseFlow, Flow
from mer_ros.spotting.baselines.contrast import (
    BLOCKS,
    WINDOW_S,
    Stamps,
    comparable_frames,
    mean_of_largest_third,
)


def frame_values(
    crops: NDArray[np.uint8], stamps_ns: Stamps, window_s: float = WINDOW_S
) -> NDArray[np.float64]:
    """(T,) float64, crop pixels: displacement of the face in each frame from k frames before and after it.

    crops: (T, S, S) uint8 grey, aligned; stamps_ns: (T,) int64, increasing; window_s: 2 k frames. NaN for
    frames without a frame k before and after.
    """
    frames, before, after = comparable_frames(crops, stamps_ns, window_s)
    flow = DenseFlow()
    values = np.full(len(crops), np.nan)
    for i in frames:
        start = crops[before[i]]
        values[i] = _maximal_difference(flow(start, crops[i]), flow(start, crops[after[i]]))
    return values


def _maximal_difference(there: Flow, back: Flow) -> float:
    """Value of frame i from the (S, S, 2) flows from i-k to i (``there``) and from i-k to i+k (``back``)."""
    there_blocks, back_blocks = _blocks(there), _blocks(back)
    quadrant = (there_blocks[..., 0] < 0) + 2 * (there_blocks[..., 1] < 0)
    counts = (quadrant[..., None] == np.arange(4)).sum(axis=1)  # (36, 4)
    in_main = quadrant == counts.argmax(axis=1)[:, None]
    shrunk = np.linalg.norm(there_blocks, axis=-1) - np.linalg.norm(back_blocks, axis=-1)
    falling = -np.sort(-np.where(in_main, shrunk, -np.inf), axis=1)
    third = np.maximum(np.rint(counts.max(axis=1) / 3).astype(int), 1)
    largest = np.arange(falling.shape[1]) < third[:, None]
    per_block = np.where(largest, falling, 0.0).sum(axis=1) / third
    return mean_of_largest_third(per_block)


def _blocks(flow: Flow) -> Flow:
    """(36, P, 2) vectors of each block; surplus pixels at the right and lower edge are dropped."""
    side = flow.shape[0] // BLOCKS
    cut = flow[: side * BLOCKS, : side * BLOCKS].reshape(BLOCKS, side, BLOCKS, side, 2)
    return cut.swapaxes(1, 2).reshape(BLOCKS * BLOCKS, side * side, 2)
