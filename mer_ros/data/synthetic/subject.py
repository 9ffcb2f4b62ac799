"""A made subject: one person's geometry, muscles and timing, drawn from an integer id.

Leave-one-subject-out means something only where subjects differ: every range below is a constant, and
``docs/made_data.md`` quotes them.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.face import canonical_mesh, facs

GENERATOR_VERSION = "1.0"
"""Of everything in this package: any change to what is made is a new version."""

TRAIN_SUBJECTS = range(0, 400)
VALIDATION_SUBJECTS = range(1000, 1060)
EVALUATION_SUBJECTS = range(2000, 2400)
DEMO_SUBJECTS = range(9000, 9100)
"""To learn from, to choose by, to report on, and who is seen in clips. No two groups ever meet."""

SHAPE_SIGMA: dict[str, float] = {
    "face_height": 0.05,  # share of the height
    "jaw_width": 0.07,  # share of the width, growing from the nose down
    "cheek_width": 0.04,  # share of the width at the cheeks
    "eye_gap": 0.015,  # interocular distances, each eye outwards
    "eye_height": 0.006,  # interocular distances, each lid away from the other
    "brow_height": 0.025,  # interocular distances, upwards
    "nose_length": 0.030,  # interocular distances, downwards
    "nose_width": 0.08,  # share of the width
    "mouth_width": 0.07,  # share of the width
    "mouth_height": 0.020,  # interocular distances, downwards
    "lip_height": 0.008,  # interocular distances, each lip away from the other
    "brow_skew": 0.010,  # interocular distances, the right brow up, the left down
    "mouth_skew": 0.010,  # interocular distances, the right corner up, the left down
    "nose_skew": 0.010,  # interocular distances, sideways
}
"""Standard deviation of each shape parameter; draws are cut at two of them."""

EXPRESSIVE_SIGMA = 0.25
"""Spread of the log of how much a subject moves (flow samples; a clip's amplitude is the one asked)."""

GAIN_SIGMA = 0.25
"""Spread of the log gain of one unit in one subject."""

DIRECTION_SIGMA_RAD = 0.14
"""Spread of the direction in which one unit pulls in one subject."""

WIDTH_SIGMA = 0.10
"""Spread of the log of how far round its centre one unit reaches in one subject."""

SIDE_SIGMA = 0.12
"""Spread of a subject's habit to move one side more: right times 1 + s, left times 1 - s."""

TEMPO_SIGMA = 0.15
"""Spread of the log of a subject's durations."""

TONE_SIGMA, WARMTH_SIGMA = (0.35, 0.12), 0.04
"""Luminance of a subject's picture: spreads of the log of its gamma and of its contrast; and of the log ratio
of red to blue."""

POSE_SIGMA_RAD = (0.09, 0.07)
"""Spread of the habitual yaw and pitch to the camera (flow samples)."""

PHOTO_SMILE = (("AU12", 0.10), ("AU25", 0.08))
"""What the built-in photograph's smile consists of, in interocular distances; a resting face has 0 to 1 of it
(flow samples)."""


@dataclass(frozen=True, eq=False)
class Subject:
    """One made person.

    shape: the parameters of ``SHAPE_SIGMA``. resting_smile: 0 (mouth closed) to 1 (the photograph's smile).
    expressive: factor of all movement. gains, directions_rad, widths: of each unit. side: right times
    1 + side, left times 1 - side. tempo: factor of all durations. gamma, contrast, warmth: of the picture.
    yaw_rad, pitch_rad: habitual pose.
    """

    id: int
    shape: dict[str, float]
    resting_smile: float
    expressive: float
    gains: dict[str, float]
    directions_rad: dict[str, float]
    widths: dict[str, float]
    side: float
    tempo: float
    gamma: float
    contrast: float
    warmth: float
    yaw_rad: float
    pitch_rad: float

    def mesh(self, resting_smile: float | None = None) -> NDArray[np.float64]:
        """(468, 3) canonical mesh of the face at rest."""
        points = canonical_mesh.load().canonical.copy()
        smile = self.resting_smile if resting_smile is None else resting_smile
        for unit, strength in PHOTO_SMILE:
            points -= (1 - smile) * strength * facs.both_sides(unit)
        return points + deformation(points, self.shape)

    def displacement(self, unit: str) -> dict[str, NDArray[np.float64]]:
        """Side ("R", "L") -> (468, 3) canonical displacement of a unit ("AU12") at intensity 1."""
        fields = facs.displacement(unit, self.widths[unit])
        sides = zip(facs.SIDES, (1, -1), fields, strict=True)
        cos, sin = np.cos(self.directions_rad[unit]), np.sin(self.directions_rad[unit])
        return {
            side: field
            @ np.array([[cos, sign * sin, 0], [-sign * sin, cos, 0], [0, 0, 1]])
            * (self.gains[unit] * (1 + sign * self.side))
            for side, sign, field in sides
        }


@functools.lru_cache(maxsize=1024)
def make_subject(subject_id: int, spread: float = 1.0) -> Subject:
    """The subject of an id: always the same. spread: factor of every standard deviation above."""
    rng = np.random.default_rng([0x5EB, subject_id])

    def normal(sigma: float) -> float:
        return float(np.clip(rng.normal(), -2, 2) * sigma * spread)

    def factor(sigma: float) -> float:
        return float(np.exp(normal(sigma)))

    return Subject(
        id=subject_id,
        shape={name: normal(sigma) for name, sigma in SHAPE_SIGMA.items()},
        resting_smile=float(rng.uniform()),
        expressive=factor(EXPRESSIVE_SIGMA),
        gains={unit: factor(GAIN_SIGMA) for unit in facs.UNITS},
        directions_rad={unit: normal(DIRECTION_SIGMA_RAD) for unit in facs.UNITS},
        widths={unit: factor(WIDTH_SIGMA) for unit in facs.UNITS},
        side=normal(SIDE_SIGMA),
        tempo=factor(TEMPO_SIGMA),
        gamma=factor(TONE_SIGMA[0]),
        contrast=factor(TONE_SIGMA[1]),
        warmth=factor(WARMTH_SIGMA),
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
    moved[:, 0] += shape["nose_width"] * x * bump(0.0, 0.42, 0.16, 0.14)
    moved[:, 0] += shape["mouth_width"] * x * bump(0.0, 0.68, 0.40, 0.16)
    moved[:, 0] += shape["nose_skew"] * bump(0.0, 0.40, 0.18, 0.20)
    moved[:, 1] += shape["face_height"] * y
    moved[:, 1] += shape["eye_height"] * np.tanh((y - 0.01) / 0.04) * bump(0.34, 0.01, 0.14, 0.08)
    moved[:, 1] -= (shape["brow_height"] - side * shape["brow_skew"]) * bump(0.35, -0.20, 0.25, 0.12)
    moved[:, 1] += shape["nose_length"] * bump(0.0, 0.48, 0.20, 0.18)
    moved[:, 1] += shape["mouth_height"] * bump(0.0, 0.70, 0.35, 0.16)
    moved[:, 1] += shape["lip_height"] * np.tanh((y - 0.70) / 0.05) * bump(0.0, 0.70, 0.25, 0.10)
    moved[:, 1] += shape["mouth_skew"] * side * bump(0.22, 0.70, 0.16, 0.12)
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
