"""Means of parts of a cloud of points, and how many parts it is worth telling apart."""

from __future__ import annotations

import torch
from torch import Tensor

MOST = 5
"""Parts that are tried at most."""

WORTH = 0.1
"""Share by which one part more must shorten the squared distances of points held out, to be worth it."""

_ROUNDS = 10


def means(points: Tensor, k: int) -> Tensor:
    """(N, D) points -> (k, D) means of k parts (Lloyd's k-means).

    The first parts are taken along the points' own first principal direction, so that nothing is drawn.
    An empty part keeps its last mean; with fewer points than parts some means are alike.
    """
    centred = points - points.mean(0)
    direction = torch.linalg.svd(centred, full_matrices=False).Vh[0] if len(points) > 1 else points[0]
    parts = points[torch.argsort(centred @ direction)].tensor_split(k)
    found = torch.stack([part.mean(0) if len(part) else points.mean(0) for part in parts])
    if k == 1:
        return found
    for _ in range(_ROUNDS):
        nearest = torch.cdist(points, found).argmin(1)
        moved = [points[nearest == i].mean(0) if (nearest == i).any() else found[i] for i in range(k)]
        found = torch.stack(moved)
    return found


def how_many(points: Tensor, most: int = MOST, worth: float = WORTH) -> int:
    """How many parts (N, D) points have: the fewest after which one more hardly helps points held out.

    Means are found on every other point and judged on those between by their mean squared distance.
    """
    learned, held = points[::2], points[1::2]
    if len(held) < 2 * most:
        return 1
    before = _distortion(held, means(learned, 1))
    for k in range(2, most + 1):
        after = _distortion(held, means(learned, k))
        if after > (1 - worth) * before:
            return k - 1
        before = after
    return most


def _distortion(points: Tensor, centres: Tensor) -> float:
    return float(torch.cdist(points, centres).amin(1).square().mean())
