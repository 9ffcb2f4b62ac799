"""Shares of a heat map in facial regions and on the whole face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import REGIONS, face_mask, region_masks


@dataclass(frozen=True, eq=False)
class Relevance:
    """Distribution of a heat map over R regions.

    names: the regions. share: (R,) float32 with sum 1; all zero for an empty map. inside_face: share of the
    map that falls on the face, relative to a uniform map: 1 for a uniform map, 0 for an empty one.
    """

    names: tuple[str, ...]
    share: NDArray[np.float32]
    inside_face: float


def relevance(heatmap: NDArray[np.float32], landmarks: NDArray[np.float32]) -> Relevance:
    """Shares of a heat map in the facial regions.

    heatmap: (S, S) float32, 0 or more. landmarks: (468, >=2) float32, pixels of the same square. The shares
    refer to the part of the map that lies in any region.

    Example: a uniform map, and a map on the mouth only, on the canonical face.

    >>> from mer_ros.face import canonical_mesh, geometry
    >>> mesh = canonical_mesh.load().canonical.astype(np.float32)  # (468, 3)
    >>> landmarks = geometry.apply(geometry.crop_from_image(mesh), mesh)  # (468, 2), crop of 128 x 128 pixels
    >>> uniform = relevance(np.ones((128, 128), np.float32), landmarks)
    >>> uniform.share.shape, round(uniform.inside_face, 2)
    ((10,), 1.0)
    >>> mouth = relevance(region_masks(landmarks, 128)[REGIONS.index("mouth")].astype(np.float32), landmarks)
    >>> mouth.names[mouth.share.argmax()], float(mouth.share.max()), mouth.inside_face > 1
    ('mouth', 1.0, True)
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
