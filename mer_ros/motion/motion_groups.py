"""From the movement of landmarks to that of the motion groups."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.mesh import N_LANDMARKS
from mer_ros.face.regions import MOTION_GROUPS


def group_weights() -> NDArray[np.float32]:
    """(G, 468) weights; times the (468, 2) motion of the landmarks they give the mean motion of each group.

    Every row sums to 1. The groups are those of ``face.regions.MOTION_GROUPS``, in that order.
    """
    weights = np.zeros((len(MOTION_GROUPS), N_LANDMARKS), np.float32)
    for row, members in enumerate(MOTION_GROUPS.values()):
        weights[row, list(members)] = 1 / len(members)
    return weights
