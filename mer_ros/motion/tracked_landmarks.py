"""The landmarks that are measured in every frame, and their averages over the motion groups.

Only a third of the FaceMesh landmarks are needed: the rigid ones and the motion groups. The others
use the depth correction of the nearest tracked landmark.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from mer_ros.face import canonical_mesh
from mer_ros.face.mesh import N_LANDMARKS
from mer_ros.face.regions import MOTION_GROUPS, RIGID

TRACKED: tuple[int, ...] = tuple(sorted({*RIGID, *(i for g in MOTION_GROUPS.values() for i in g)}))
"""FaceMesh indices of the W tracked landmarks, ascending."""


def tracked_indices(landmarks: tuple[int, ...]) -> NDArray[np.intp]:
    """Positions in ``TRACKED`` of landmarks given by their FaceMesh indices."""
    return np.searchsorted(TRACKED, landmarks)


@functools.cache
def nearest_tracked() -> NDArray[np.intp]:
    """(468,) position in ``TRACKED`` of the tracked landmark nearest to each landmark."""
    mesh = canonical_mesh.load().canonical
    distance = np.linalg.norm(mesh[:, None] - mesh[list(TRACKED)], axis=2)
    return distance.argmin(axis=1)


def group_weights() -> NDArray[np.float32]:
    """(G, 468) weights; multiplied with (468, 2) motion of the landmarks they give the mean of each group.

    Every row sums to 1. The groups are those of ``face.regions.MOTION_GROUPS``, in that order.
    """
    weights = np.zeros((len(MOTION_GROUPS), N_LANDMARKS), np.float32)
    for row, members in enumerate(MOTION_GROUPS.values()):
        weights[row, list(members)] = 1 / len(members)
    return weights
