"""A made subject: one person's geometry, muscles and timing, drawn from an integer id.

Leave-one-subject-out means something only where subjects differ: every range below is a constant, and
``docs/made_data.md`` quotes them.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic import action_units, base_mesh

GENERATOR_VERSION = "0.1"
"""Of everything in this package: any change to what is made is a new version."""

TRAIN_SUBJECTS = range(0, 400)
VALIDATION_SUBJECTS = range(1000, 1060)
DEMO_SUBJECTS = range(9000, 9100)
"""The three never meet: no subject of the demo is trained on."""

SHAPE_SIGMA: dict[str, float] = {
    "face_height": 0.05,  # share of the height
    "jaw_width": 0.07,  # share of the width, growing from the nose down
    "cheek_width": 0.04,  # share of the width at the cheeks
    "eye_gap": 0.015,  # interocular distances, each eye outwards
    "brow_height": 0.025,  # interocular distances, upwards
    "nose_length": 0.030,  # interocular distances, downwards
    "mouth_width": 0.07,  # share of the width
    "mouth_height": 0.020,  # interocular distances, downwards
}
"""Standard deviation of each shape parameter; draws are cut at two of them."""

GAIN_SIGMA = 0.25
"""Spread of the log gain of one unit in one subject."""

DIRECTION_SIGMA_RAD = 0.14
"""Spread of the direction in which one unit pulls in one subject."""

SIDE_SIGMA = 0.12
"""Spread of a subject's habit to move one side more: right times 1 + s, left times 1 - s."""

TEMPO_SIGMA = 0.15
"""Spread of the log of a subject's durations."""

POSE_SIGMA_RAD = (0.07, 0.05)
"""Spread of the habitual yaw and pitch to the camera."""

PHOTO_SMILE = (("AU12", 0.10), ("AU25", 0.08))
"""What the photograph's smile consists of, in interocular distances; a resting face has 0 to 1 of it."""


@dataclass(frozen=True, eq=False)
class Subject:
    """One made person.

    shape: the parameters of ``SHAPE_SIGMA``. resting_smile: 0 (mouth closed) to 1 (the photograph's smile).
    gains: factor of each unit. directions_rad: turn of each unit's pull. side: right times 1 + side, left
    times 1 - side. tempo: factor of all durations. yaw_rad, pitch_rad: habitual pose.
    """

    id: int
    shape: dict[str, float]
    resting_smile: float
    gains: dict[str, float]
    directions_rad: dict[str, float]
    side: float
    tempo: float
    yaw_rad: float
    pitch_rad: float

    def mesh(self, resting_smile: float | None = None) -> NDArray[np.float64]:
        """(468, 3) canonical mesh of the face at rest."""
        points = base_mesh.load().canonical.copy()
        smile = self.resting_smile if resting_smile is None else resting_smile
        for unit, strength in PHOTO_SMILE:
            points -= (1 - smile) * strength * action_units.both_sides(unit)
        return points + deformation(points, self.shape)

    def displacement(self, unit: str, side: str) -> NDArray[np.float64]:
        """(468, 3) canonical displacement of a unit ("AU12") on a side ("R", "L") at intensity 1."""
        field = action_units.displacements()[unit + side]
        turn = self.directions_rad[unit] * (1 if side == "R" else -1)
        cos, sin = np.cos(turn), np.sin(turn)
        turned = field @ np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]])
        return turned * self.gains[unit] * (1 + self.side * (1 if side == "R" else -1))


@functools.lru_cache(maxsize=1024)
def make_subject(subject_id: int) -> Subject:
    """The subject of an id: always the same."""
    rng = np.random.default_rng([0x5EB, subject_id])

    def normal(sigma: float) -> float:
        return float(np.clip(rng.normal(), -2, 2) * sigma)

    return Subject(
        id=subject_id,
        shape={name: normal(sigma) for name, sigma in SHAPE_SIGMA.items()},
        resting_smile=float(rng.uniform()),
        gains={unit: float(np.exp(normal(GAIN_SIGMA))) for unit in action_units.UNITS},
        directions_rad={unit: normal(DIRECTION_SIGMA_RAD) for unit in action_units.UNITS},
        side=normal(SIDE_SIGMA),
        tempo=float(np.exp(normal(TEMPO_SIGMA))),
        yaw_rad=normal(POSE_SIGMA_RAD[0]),
        pitch_rad=normal(POSE_SIGMA_RAD[1]),
    )


def deformation(points: NDArray[np.float64], shape: dict[str, float]) -> NDArray[np.float64]:
    """(N, 3) displacement that turns the base geometry at (N, 3) canonical points into a subject's."""
    x, y = points[:, 0], points[:, 1]
    side = np.tanh(x / 0.1)  # a sign without a step at the midline

    def bump(x0: float, y0: float, rx: float, ry: float) -> NDArray[np.float64]:
        return np.asarray(np.exp(-0.5 * (((np.abs(x) - x0) / rx) ** 2 + ((y - y0) / ry) ** 2)))

    lower = 1 / (1 + np.exp(-(y - 0.75) / 0.12))
    moved = np.zeros_like(points)
    moved[:, 0] += shape["jaw_width"] * x * lower
    moved[:, 0] += shape["cheek_width"] * x * np.exp(-0.5 * ((y - 0.45) / 0.25) ** 2)
    moved[:, 0] += shape["eye_gap"] * side * bump(0.34, 0.02, 0.20, 0.16)
    moved[:, 0] += shape["mouth_width"] * x * bump(0.0, 0.68, 0.40, 0.16)
    moved[:, 1] += shape["face_height"] * y
    moved[:, 1] -= shape["brow_height"] * bump(0.35, -0.20, 0.25, 0.12)
    moved[:, 1] += shape["nose_length"] * bump(0.0, 0.48, 0.20, 0.18)
    moved[:, 1] += shape["mouth_height"] * bump(0.0, 0.70, 0.35, 0.16)
    return moved


def rotation(yaw_rad: float, pitch_rad: float, roll_rad: float = 0.0) -> NDArray[np.float64]:
    """(3, 3) rotation of canonical points (column vectors): roll after pitch after yaw.

    Positive yaw turns the face to the picture's right, positive pitch down, positive roll clockwise as seen.
    """
    cy, sy = np.cos(yaw_rad), np.sin(yaw_rad)
    cp, sp = np.cos(pitch_rad), np.sin(pitch_rad)
    cr, sr = np.cos(roll_rad), np.sin(roll_rad)
    yaw = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
    pitch = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    roll = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return np.asarray(roll @ pitch @ yaw)
