"""How deep each landmark of a face lies, learned from how it moves when the head turns.

FaceMesh guesses depth from one picture. Where the guess is off by d pixels, a head that turns by (p, q)
leaves a false movement of (p d, q d) on that landmark: the outer brows of a face that turns by a few degrees
seem to move as much as in a micro-expression. The same relation, read backwards, gives d: what is left of
the movement goes along with the turn, while expressions do not. A least-squares fit with a prior of d = 0 and
a bounded memory, one number a landmark. The method is our own; the model is ``registration.RigidHead``'s.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import RIGID

MEMORY = 1.0
"""Most that is remembered, summed squares of turns in rad: the depth that is seen changes with the pose."""

_PRIOR = 10 * 0.02**2  # as if ten frames of a head turned by 0.02 rad had shown no error
_LIMIT_PX = 1.0  # more is an expression or a lost flow, and counts as this much


class DepthLearner:
    """Corrections of the depth of N landmarks, crop pixels."""

    def __init__(self, n: int) -> None:
        self.correction = np.zeros(n)
        self._along = np.zeros(n)
        self._turns = 0.0

    def learn(self, left_px: NDArray[np.float32], turn: NDArray[np.float64]) -> None:
        """Take one frame.

        left_px: (N, 2) movement that the rigid head, with the depths corrected so far, leaves. turn: (2,) its
        yaw and pitch against the reference, rad.
        """
        squares = float(turn @ turn)
        keep = MEMORY / max(self._turns + squares, MEMORY)
        whole = np.clip(left_px + self.correction[:, None] * turn, -_LIMIT_PX, _LIMIT_PX)
        self._along = keep * (self._along + whole @ turn)
        self._turns = keep * (self._turns + squares)

    def apply(self) -> NDArray[np.float64]:
        """(N,) the corrections from now on; those of the rigid points have no common part."""
        found = self._along / (self._turns + _PRIOR)
        self.correction = found - found[list(RIGID)].mean()
        return self.correction
