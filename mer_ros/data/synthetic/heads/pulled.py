"""The mesh of the photograph: identity by shape parameters, units as pulls of the skin (``face.facs``)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.heads.head import BothSides, Person
from mer_ros.face import canonical_mesh, facs

PHOTO_SMILE = (("AU12", 0.10), ("AU25", 0.08))
"""Units of the smile in the built-in photograph, interocular distances; a resting face shows 0 to 1 of it
(flow samples)."""


class PulledMesh:
    """FaceMesh landmarks of one photograph, deformed. pulls: the table of units."""

    def __init__(self, pulls: facs.Pulls = facs.PULLS) -> None:
        self._pulls = pulls

    def mesh(self, subject: Person) -> NDArray[np.float64]:
        """See ``Head``."""
        points = canonical_mesh.load().canonical.copy()
        for unit, strength in PHOTO_SMILE:
            right, left = facs.displacement(unit, pulls=self._pulls)
            points -= (1 - subject.resting_smile) * strength * (right + left)
        return points + deformation(points, subject.shape)

    def displacement(self, subject: Person, unit: str) -> BothSides:
        """See ``Head``."""
        return facs.displacement(unit, subject.widths[unit], self._pulls)


def deformation(points: NDArray[np.float64], shape: dict[str, float]) -> NDArray[np.float64]:
    """(N, 3) displacement from the base geometry at (N, 3) canonical points to that of a subject."""
    x, y = points[:, 0], points[:, 1]
    side = np.tanh(x / 0.1)  # the sign of x, smooth at the midline

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
