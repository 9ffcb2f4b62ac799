"""Shares of a heat map in facial regions and on the whole face."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import REGIONS, face_mask, region_masks


@dataclass(frozen=True, eq=False)
class Relevance:
    """Distribution of a heat map over R regions.

    names: the regions. share: (R,) float32 with sum 1; all zero for an empty map. inside_face: share of the
    map that falls on the face, relative to a uniform map: 1 for a uniform map, 0 for an empty one. ceiling:
    its largest value, one over the face's share of the crop.
    """

    names: tuple[str, ...]
    share: NDArray[np.float32]
    inside_face: float
    ceiling: float


def relevance(heatmap: NDArray[np.float32], landmarks: NDArray[np.float32]) -> Relevance:
    """Shares of a heat map in the facial regions.

    heatmap: (S, S) float32, 0 or more. landmarks: (468, >=2) float32, pixels of the same square. The shares
    refer to the part of the map that lies in any region.

    Example: a uniform map, and a map on the mouth only, on the canonical face.

    >>> from mer_ros.face import canonical_mesh, geometry
    >>> mesh = canonical_mesh.load().canonical.astype(np.float32)  # (468, 3)
    >>> landmarks = geometry.apply(geometry.crop_from_image(mesh), mesh)  # (468, 2), crop of 128 x 128 pixels
    >>> uniform = relevance(np.ones((128, 128), np.float32), landmarks)
    >>> uniform.share.shape, round(uniform.inside_face, 2), round(uniform.ceiling, 2)
    ((10,), 1.0, 2.15)
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
    ceiling = 1 / float(face.mean()) if face.any() else 0.0
    return Relevance(REGIONS, share.astype(np.float32), inside_face(heatmap, face), ceiling)


def inside_face(heatmap: NDArray[np.floating], face: NDArray[np.bool_]) -> float:
    """Share of an (h, w) map on the (S, S) mask of a face over the mask's share of the crop.

    1 for a uniform map, 0 for an empty one, at most one over the mask's share. The map is not masked.
    """
    side = (face.shape[1], face.shape[0])
    large = np.maximum(cv2.resize(np.asarray(heatmap, np.float32), side, interpolation=cv2.INTER_LINEAR), 0)
    total, area = float(large.sum(dtype=np.float64)), float(face.mean())
    return float(large[face].sum(dtype=np.float64)) / total / area if total > 0 and area > 0 else 0.0
