"""Pointing game: does the strongest point of a map lie where the face moved?

Zhang et al., "Top-down Neural Attention by Excitation Backprop", arXiv:1608.00507. A hit needs the true
region, which is known for synthetic data only: the pixels whose movement without noise is at least a quarter
of the strongest, the share above which a unit counts as present (``face.unit_coding.PRESENT``). There is
no tolerance around the region.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.face.unit_coding import PRESENT


def moving_region(flow: NDArray[np.floating]) -> NDArray[np.bool_]:
    """(B, 2, S, S) flow of expressions without noise -> (B, S, S) where the face moves.

    >>> flow = np.zeros((1, 2, 1, 3)); flow[0, 0, 0] = [4, -1, 0.9]
    >>> moving_region(flow).tolist()
    [[[True, True, False]]]
    """
    size = np.linalg.norm(flow, axis=1)
    peak = size.max((1, 2), keepdims=True)
    return np.asarray((size >= PRESENT * peak) & (peak > 0))


def pointing_hits(maps: NDArray[np.floating], regions: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(B, h, w) maps, (B, S, S) true regions -> (B,) hits; False for an empty map."""
    hits = []
    for heatmap, region in zip(maps, regions, strict=True):
        side = (region.shape[1], region.shape[0])
        large = cv2.resize(np.asarray(heatmap, np.float32), side, interpolation=cv2.INTER_LINEAR)
        hits.append(bool(large.max() > 0 and region.flat[int(large.argmax())]))
    return np.array(hits, bool)
