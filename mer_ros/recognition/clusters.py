"""K-means of a set of points, and the number of clusters worth distinguishing."""

from __future__ import annotations

import torch
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits
from torch import Tensor

MAX_CLUSTERS = 5
"""Largest number of clusters that ``choose_k`` tries."""

MIN_GAIN = 0.1
"""Share by which an additional cluster must reduce the mean squared distance of held-out points."""

_ITERATIONS = 10


def cluster_means(points: Tensor, k: int) -> Tensor:
    """(N, D) points -> (k, D) cluster means by Lloyd's k-means.

    Deterministic: the initial means are those of k equal parts along the first principal direction of the
    points. If there are at most k distinct points, the initial means are returned.

    Example: N = 4 points in D = 1 dimension.

    >>> cluster_means(torch.tensor([[0.0], [1.0], [9.0], [10.0]]), k=2).sort(0).values.tolist()
    [[0.5], [9.5]]
    """
    centred = points - points.mean(0)
    direction = torch.linalg.svd(centred, full_matrices=False).Vh[0] if len(points) > 1 else points[0]
    parts = points[torch.argsort(centred @ direction)].tensor_split(k)
    initial = torch.stack([part.mean(0) if len(part) else points.mean(0) for part in parts])
    if k == 1 or len(points.unique(dim=0)) <= k:
        return initial
    with threadpool_limits(1):  # several threads would add their sums in random order
        fitted = KMeans(k, init=initial.cpu().numpy(), n_init=1, max_iter=_ITERATIONS, tol=0).fit(
            points.cpu().numpy()
        )
    return torch.from_numpy(fitted.cluster_centers_).to(points)


def choose_k(points: Tensor, max_k: int = MAX_CLUSTERS, min_gain: float = MIN_GAIN) -> int:
    """Number of clusters of (N, D) points: the smallest k for which k + 1 gains less than ``min_gain``.

    The means are fitted to every second point and evaluated on the mean squared distance of the others.
    """
    fitted, held_out = points[::2], points[1::2]
    if len(held_out) < 2 * max_k:
        return 1
    before = _distortion(held_out, cluster_means(fitted, 1))
    for k in range(2, max_k + 1):
        after = _distortion(held_out, cluster_means(fitted, k))
        if after > (1 - min_gain) * before:
            return k - 1
        before = after
    return max_k


def _distortion(points: Tensor, centres: Tensor) -> float:
    return float(torch.cdist(points, centres).amin(1).square().mean())
