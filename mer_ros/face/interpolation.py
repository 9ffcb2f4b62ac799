"""Interpolation from values at the landmarks to a grid of pixels.

The interpolation is piecewise linear between the landmarks (Delaunay triangles in the picture) and decreases
to 0 between the outline of the face and a ring around it. The weights depend only on the positions of the
landmarks, so they are computed once for each face; a field is then one sparse product.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.spatial import Delaunay
from threadpoolctl import ThreadpoolController

from mer_ros.face.regions import FACE_OVAL

RING = 1.35
"""Size of the ring on which all values are 0, relative to the outline of the face."""


def dense_weights(
    landmarks: NDArray[np.float64], grid: NDArray[np.float64], ring: float = RING
) -> csr_matrix:
    """(P, 468) weights that turn values at the landmarks into values at the grid points.

    landmarks: (468, >=2); grid: (P, 2), the same unit. Rows sum to 1 on the face, less between its outline
    and the ring, and 0 beyond.
    """
    points = np.asarray(landmarks[:, :2], np.float64)
    oval = points[list(FACE_OVAL)]
    outside = oval.mean(0) + ring * (oval - oval.mean(0))
    # SciPy inverts a thousand 3x3 matrices one by one, which takes 60 times longer with several BLAS threads
    with _blas().limit(limits=1, user_api="blas"):
        triangles = Delaunay(np.vstack([points, outside]))
        found = triangles.find_simplex(grid)
        rows = np.flatnonzero(found >= 0)
        transform = triangles.transform[found[rows]]
    two = np.einsum("pij,pj->pi", transform[:, :2], grid[rows] - transform[:, 2])
    three = np.column_stack([two, 1 - two.sum(1)])
    corners = triangles.simplices[found[rows]]
    three[corners >= len(points)] = 0  # values on the ring are 0
    corners = np.minimum(corners, len(points) - 1)
    at = np.repeat(rows, 3)
    return csr_matrix((three.ravel(), (at, corners.ravel())), shape=(len(grid), len(points)))


@functools.cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def pixel_grid(width: int, height: int, scale: float = 1.0) -> NDArray[np.float64]:
    """(width * height, 2) pixel centres, row by row, in pixels of a picture with ``scale`` times the size."""
    x = (np.arange(width) + 0.5) * scale - 0.5
    y = (np.arange(height) + 0.5) * scale - 0.5
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
