"""Depth of each landmark of a face, learned from its movement when the head turns.

FaceMesh estimates depth from one picture. If the estimate is wrong by d pixels, a head that turns by (p, q)
leaves a false movement of (p d, q d) on that landmark: the outer brows of a face that turns by a few degrees
appear to move as much as in a micro-expression. Conversely, d follows from the residual movement, because the
residual is proportional to the turn and expressions are not. The correction of each landmark is a
least-squares fit with a prior of d = 0 and a bounded memory. The method is our own; the model is that of
``registration.RigidHead``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import RIGID

MEMORY_RAD2 = 1.0
"""Bound of the memory, a sum of squared turns in rad^2: the measured depth changes with the pose."""

_PRIOR_RAD2 = 10 * 0.02**2  # weight of ten frames, turned by 0.02 rad, that show no depth error
_LIMIT_PX = 1.0  # a larger residual comes from an expression or a failed flow and is clipped


class DepthLearner:
    """Corrections of the depth of N landmarks: ``correction``, (N,) float64, crop pixels."""

    def __init__(self, n: int) -> None:
        self.correction = np.zeros(n)
        self._along = np.zeros(n)
        self._turns = 0.0

    def learn(self, residual_px: NDArray[np.float32], turn: NDArray[np.float64]) -> None:
        """Add one frame.

        residual_px: (N, 2) movement minus that of the rigid head, at the depths as corrected so far. turn:
        (2,) yaw and pitch of the head relative to the reference, rad.
        """
        squares = float(turn @ turn)
        keep = MEMORY_RAD2 / max(self._turns + squares, MEMORY_RAD2)
        uncorrected = np.clip(residual_px + self.correction[:, None] * turn, -_LIMIT_PX, _LIMIT_PX)
        self._along = keep * (self._along + uncorrected @ turn)
        self._turns = keep * (self._turns + squares)

    def apply(self) -> NDArray[np.float64]:
        """Update ``correction`` and return it, (N,) crop pixels; its mean over the rigid points is 0."""
        found = self._along / (self._turns + _PRIOR_RAD2)
        self.correction = found - found[list(RIGID)].mean()
        return self.correction
