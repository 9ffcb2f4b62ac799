"""The landmarks that are followed from frame to frame: a third of all, those that anything is told from.

The rest of the face takes its depth from the nearest of them.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from mer_ros.face import canonical_mesh
from mer_ros.face.regions import LIDS, MOTION_GROUPS, RIGID

TRACKED: tuple[int, ...] = tuple(sorted({*RIGID, *LIDS, *(i for g in MOTION_GROUPS.values() for i in g)}))
"""FaceMesh indices of the W landmarks that are followed."""


def places(landmarks: tuple[int, ...]) -> NDArray[np.intp]:
    """Where landmarks, given by their FaceMesh indices, stand among the watched ones."""
    return np.searchsorted(TRACKED, landmarks)


@functools.cache
def nearest() -> NDArray[np.intp]:
    """(468,) of the watched landmarks, by place, the one that lies nearest to each landmark."""
    mesh = canonical_mesh.load().canonical
    between = np.linalg.norm(mesh[:, None] - mesh[list(TRACKED)], axis=2)
    return between.argmin(axis=1)
