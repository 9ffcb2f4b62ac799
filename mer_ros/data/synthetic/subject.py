"""A synthetic subject: geometry, muscles and timing of one face, drawn from an integer id.

Leave-one-subject-out is meaningful only if subjects differ. All ranges below are constants, which
``docs/synthetic_data.md`` lists.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.generator import GENERATOR_VERSION, generator
from mer_ros.data.synthetic.heads import BothSides, Head
from mer_ros.errors import unknown_name
from mer_ros.face import facs

TRAIN_SUBJECTS = range(0, 400)
VALIDATION_SUBJECTS = range(1000, 1060)
EVALUATION_SUBJECTS = range(2000, 2400)
DEMO_SUBJECTS = range(9000, 9100)
"""Disjoint groups of subjects for training, validation, reported scores and demo clips."""

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
"""Standard deviation of each shape parameter; draws are clipped at two standard deviations."""

EXPRESSIVE_SIGMA = 0.25
"""Standard deviation of the log amplitude of a subject (flow samples; clips have an argument for it)."""

GAIN_SIGMA = 0.25
"""Standard deviation of the log gain of one unit in one subject."""

DIRECTION_SIGMA_RAD = 0.14
"""Standard deviation of the direction of one unit in one subject."""

WIDTH_SIGMA = 0.10
"""Standard deviation of the log radius of one unit in one subject."""

SIDE_SIGMA = 0.12
"""Standard deviation of the habitual asymmetry s of a subject: right times 1 + s, left times 1 - s."""

TEMPO_SIGMA = 0.15
"""Standard deviation of the log of a subject's durations."""

TONE_SIGMA, WARMTH_SIGMA = (0.35, 0.12), 0.04
"""Luminance of a subject's picture: standard deviations of the log of gamma and of contrast, and of the log
ratio of red to blue."""

POSE_SIGMA_RAD = (0.09, 0.07)
"""Standard deviations of the habitual yaw and pitch relative to the camera (flow samples)."""


@dataclass(frozen=True, eq=False)
class Subject:
    """One synthetic subject.

    version: of the generator that drew it. spread: factor of all differences from the average. units: names
    of its units. head: gives the geometry and the fields of the units. shape: the parameters of
    ``SHAPE_SIGMA``. resting_smile: 0 (mouth closed) to 1 (the photograph's smile). expressive: factor of all
    movement. gains, directions_rad, widths: gain, direction and radius of each unit. side: asymmetry, right
    times 1 + side, left times 1 - side. tempo: factor of all durations. gamma, contrast, warmth: luminance of
    the picture. yaw_rad, pitch_rad: habitual pose.
    """

    id: int
    version: str
    spread: float
    units: tuple[str, ...]
    head: Head
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
        return self.head.mesh(self if resting_smile is None else replace(self, resting_smile=resting_smile))

    def displacement(self, unit: str) -> dict[str, NDArray[np.float64]]:
        """(468, 3) canonical displacement of a unit ("AU12") at intensity 1, for each side ("R", "L")."""
        return self.personal(unit, self.head.displacement(self, unit))

    def personal(self, unit: str, both: BothSides) -> dict[str, NDArray[np.float64]]:
        """The (K, 3) canonical displacements of both sides with the subject's gain, direction and sides."""
        sides = zip(facs.SIDES, (1, -1), both, strict=True)
        cos, sin = np.cos(self.directions_rad[unit]), np.sin(self.directions_rad[unit])
        return {
            side: field
            @ np.array([[cos, sign * sin, 0], [-sign * sin, cos, 0], [0, 0, 1]])
            * (self.gains[unit] * (1 + sign * self.side))
            for side, sign, field in sides
        }


@functools.lru_cache(maxsize=1024)
def make_subject(
    subject_id: int, spread: float = 1.0, head: str = "", version: str = GENERATOR_VERSION
) -> Subject:
    """The subject with this id, always the same. spread: factor of all standard deviations above.

    head: name of a head of the generator; the generator's choice for this subject if empty. Raises
    ConfigError for an unknown head or version.
    """
    own = generator(version)
    head = head or own.head_of(subject_id)
    if head not in own.heads:
        raise unknown_name("head", head, own.heads)
    rng = np.random.default_rng([0x5EB, subject_id])

    def normal(sigma: float) -> float:
        return float(np.clip(rng.normal(), -2, 2) * sigma * spread)

    def factor(sigma: float) -> float:
        return float(np.exp(normal(sigma)))

    return Subject(
        id=subject_id,
        version=version,
        spread=spread,
        units=own.units,
        head=own.heads[head],
        shape={name: normal(sigma) for name, sigma in SHAPE_SIGMA.items()},
        resting_smile=float(rng.uniform()),
        expressive=factor(EXPRESSIVE_SIGMA),
        gains={unit: factor(GAIN_SIGMA) for unit in own.units},
        directions_rad={unit: normal(DIRECTION_SIGMA_RAD) for unit in own.units},
        widths={unit: factor(WIDTH_SIGMA) for unit in own.units},
        side=normal(SIDE_SIGMA),
        tempo=factor(TEMPO_SIGMA),
        gamma=factor(TONE_SIGMA[0]),
        contrast=factor(TONE_SIGMA[1]),
        warmth=factor(WARMTH_SIGMA),
        yaw_rad=normal(POSE_SIGMA_RAD[0]),
        pitch_rad=normal(POSE_SIGMA_RAD[1]),
    )


def rotation(yaw_rad: float, pitch_rad: float, roll_rad: float = 0.0) -> NDArray[np.float64]:
    """(3, 3) rotation of canonical points (column vectors): roll after pitch after yaw.

    Positive yaw turns the face to the right of the picture, positive pitch down, positive roll clockwise in
    the picture.
    """
    cy, sy = np.cos(yaw_rad), np.sin(yaw_rad)
    cp, sp = np.cos(pitch_rad), np.sin(pitch_rad)
    cr, sr = np.cos(roll_rad), np.sin(roll_rad)
    yaw = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
    pitch = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    roll = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return np.asarray(roll @ pitch @ yaw)
