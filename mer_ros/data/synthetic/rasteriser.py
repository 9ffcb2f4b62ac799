"""Rasteriser with a depth buffer: which triangle of a mesh is visible at each pixel.

It is meant for one portrait of each synthetic subject, not for video: 10,000 triangles take about half a
second.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_EDGE = 1e-9
"""Tolerance of the barycentric coordinates: no pixel on an edge that two triangles share is left out."""


def rasterise(
    points: NDArray[np.float64], triangles: NDArray[np.int64], size_wh: tuple[int, int]
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The nearest triangle at each pixel centre, by orthographic projection along z.

    points: (N, 3), x and y in pixels, z smaller towards the camera. triangles: (M, 3) indices of points, in
    either orientation. Returns the index of the triangle at each pixel, (H, W), -1 for none, and the
    barycentric coordinates of the pixel in it, (H, W, 3).

    >>> square = np.array([[0.0, 0, 0], [8, 0, 0], [0, 8, 0], [8, 8, 0]])
    >>> found, weights = rasterise(square, np.array([[0, 1, 2], [1, 3, 2]]), (4, 4))
    >>> found.tolist()[0], found.tolist()[3], weights.shape
    ([0, 0, 0, 0], [0, 0, 0, 0], (4, 4, 3))
    """
    width, height = size_wh
    found = np.full((height, width), -1, np.int32)
    weights = np.zeros((height, width, 3), np.float32)
    depth = np.full((height, width), np.inf, np.float32)
    corners = points[triangles]
    low = np.maximum(np.ceil(corners[..., :2].min(1)), 0).astype(int)
    high = np.minimum(np.floor(corners[..., :2].max(1)), (width - 1, height - 1)).astype(int)
    a, b, c = corners[:, 0, :2], corners[:, 1, :2], corners[:, 2, :2]
    area: NDArray[np.float64] = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (
        c[:, 0] - a[:, 0]
    )
    for k in np.flatnonzero((high >= low).all(1) & (np.abs(area) > 1e-9)):
        x = np.arange(low[k, 0], high[k, 0] + 1)
        y = np.arange(low[k, 1], high[k, 1] + 1)[:, None]
        (ax, ay), (bx, by), (cx, cy) = a[k], b[k], c[k]
        wb = ((x - ax) * (cy - ay) - (y - ay) * (cx - ax)) / area[k]
        wc = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / area[k]
        wa = 1 - wb - wc
        inside = (wa >= -_EDGE) & (wb >= -_EDGE) & (wc >= -_EDGE)
        z = wa * corners[k, 0, 2] + wb * corners[k, 1, 2] + wc * corners[k, 2, 2]
        part = (slice(low[k, 1], high[k, 1] + 1), slice(low[k, 0], high[k, 0] + 1))
        nearer = inside & (z < depth[part])
        if nearer.any():
            depth[part][nearer] = z[nearer]
            found[part][nearer] = k
            weights[part][nearer] = np.stack([wa, wb, wc], axis=-1)[nearer]
    return found, weights
