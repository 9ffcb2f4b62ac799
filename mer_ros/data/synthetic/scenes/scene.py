"""What a clip needs of the person before its camera: the same for every head."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.face_motion import Strengths
from mer_ros.data.synthetic.head_motion import HeadPose

N_LANDMARKS = 468
"""The first control points of every scene are the landmarks of FaceMesh."""


class Scene(Protocol):
    """One subject in a W x H frame, with everything that moves in it.

    Control points are points of the face, the landmarks first. Their displacements are (P, 2) or (P, 3):
    right, down and, in a scene with depth, away from the camera, frame pixels. A field is a float32
    array that only its scene can read: movements of the resting face, linear in the displacement of the
    control points, so that fields may be scaled and added.
    """

    @property
    def landmarks(self) -> NDArray[np.float64]:
        """(468, 2) landmarks at rest, frame pixels."""
        ...

    def move(self, points: NDArray[np.float64], pose: HeadPose) -> NDArray[np.float64]:
        """(468, 2) positions of the landmarks at rest -> (468, 2) in a pose of the head, frame pixels."""
        ...

    def displacement(self, strengths: Strengths) -> NDArray[np.float64]:
        """Displacement of the control points by units of these intensities, {"AU12R": 0.1}."""
        ...

    def field(self, displacement: NDArray[np.float64]) -> NDArray[np.float32]:
        """The field of a displacement of the control points."""
        ...

    def gaze(self, right: float, down: float) -> NDArray[np.float32]:
        """The field of eyeballs that move by so many frame pixels."""
        ...

    def draw(self, pose: HeadPose, field: NDArray[np.float32] | None, closure: float) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 BGR picture. field: None at rest. closure: of the lids, 0 open to 1 closed."""
        ...
