"""Shares of a heat map in facial regions, and on the face as a whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import REGIONS, face_mask, region_masks


@dataclass(frozen=True, eq=False)
class Relevance:
    """names: the regions. share: (R,) float32, sums to 1, all zero for an empty map.

    inside_face: share of the map on the face over the face's share of the crop; 1 for a uniform map, 0 for an
    empty one.
    """

    names: tuple[str, ...]
    share: NDArray[np.float32]
    inside_face: float


def relevance(heatmap: NDArray[np.float32], landmarks: NDArray[np.float32]) -> Relevance:
    """Shares of a heat map in the facial regions.

    heatmap: (S, S) float32, 0 or more. landmarks: (468, >=2) float32, pixels of the same square. The shares
    are of the part of the map that lies in any region.
    """
    size = heatmap.shape[0]
    masks = region_masks(landmarks, size)
    sums = (masks * heatmap[None]).sum((1, 2))
    within = float(sums.sum())
    share = sums / within if within > 0 else np.zeros(len(REGIONS))
    face = face_mask(landmarks, size)
    total, area = float(heatmap.sum()), float(face.mean())
    inside = float(heatmap[face].sum()) / total / area if total > 0 and area > 0 else 0.0
    return Relevance(REGIONS, share.astype(np.float32), inside)
