"""A map's share in each facial region, and whether it lies on the face at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import REGIONS, face_mask, region_masks


@dataclass(frozen=True, eq=False)
class Relevance:
    """names: the regions. share: (R,) float32, sums to 1, all zero for an empty map.

    inside_face: share of the map on the face over the face's share of the crop; 1 = no better than chance,
    0 for an empty map.
    """

    names: tuple[str, ...]
    share: NDArray[np.float32]
    inside_face: float


def relevance(heatmap: NDArray[np.float32], landmarks: NDArray[np.float32]) -> Relevance:
    """What lies where.

    heatmap: (S, S) float32, 0 or more. landmarks: (468, >=2) float32, pixels of the same square. The shares
    are of the map within all regions; what lies between them counts for none.
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
