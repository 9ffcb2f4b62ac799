"""TIM (temporal interpolation model): a clip as a smooth curve through its frames, sampled evenly.

Zhou, Zhao, Pietikainen, "Towards a practical lipreading system", CVPR 2011. The n frames are the nodes of a
path graph, whose Laplacian has the eigenvectors y_k(t) = sin(pi k t + pi (n - k) / (2n)) at t = i/n, for
k = 1 to n - 1: one continuous curve in n - 1 dimensions. The paper fits a linear map from the curve to the
frames by a singular value decomposition of the frames minus their mean.

Departure [ours]: for linearly independent frames this map is known in advance. At the nodes,
y_k = cos(pi k (i - 1/2) / n), the basis of the discrete cosine transform: its rows are orthogonal, have the
squared length n/2, and together with the constant they span the same space as the frames. The curve through
the frames is therefore

    x(t) = mean + (2/n) sum_i x_i sum_k y_k(i/n) y_k(t),

a fixed (m, n) matrix applied to the frames. It is also used for dependent frames (a still clip has rank 0),
for which the decomposition would have to drop dimensions.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

ROWS_AT_ONCE = 16
"""Rows of the picture that are kept in double precision at a time."""


def interpolate(clip: NDArray[np.uint8 | np.float32], frames: int) -> NDArray[np.uint8 | np.float32]:
    """(n, H, W) -> (frames, H, W): the clip itself if n is ``frames``, else float32 in the same unit.

    First and last frame are kept. The curve may slightly exceed the range of the frames. Values are rounded
    to 2^-16 of the power of two above the largest (1/256 grey level for 8-bit clips). Otherwise rounding
    errors would separate pixels that are equal or do not move, and break their ties at random.

    >>> interpolate(np.uint8([10, 20]).reshape(2, 1, 1), frames=3).ravel().tolist()  # (3, 1, 1)
    [10.0, 15.0, 20.0]
    """
    if len(clip) == frames:
        return clip
    matrix = weights(len(clip), frames)
    largest = max(abs(float(clip.min())), abs(float(clip.max())), float(np.finfo(np.float32).tiny))
    step = 2.0 ** (np.floor(np.log2(largest)) - 15)
    out = np.empty((frames, *clip.shape[1:]), np.float32)
    for top in range(0, clip.shape[1], ROWS_AT_ONCE):
        rows = clip[:, top : top + ROWS_AT_ONCE].astype(np.float64)
        curve = np.tensordot(matrix, rows, 1)  # (frames, rows, W)
        out[:, top : top + ROWS_AT_ONCE] = np.round(curve / step) * step
    return out


@functools.lru_cache(maxsize=64)
def weights(n: int, frames: int) -> NDArray[np.float64]:
    """(frames, n) weight of each of the n frames in each new frame; rows sum to 1."""
    k = np.arange(1, n)[:, None]
    nodes = np.cos(np.pi * k * (np.arange(1, n + 1) - 0.5) / n)  # (n - 1, n)
    moments = np.cos(np.pi * k * (np.linspace(1, n, frames) - 0.5) / n)  # (n - 1, frames)
    matrix = (1 + 2 * moments.T @ nodes) / n
    matrix.flags.writeable = False
    return matrix
