"""Movement of the motion groups by each action unit: the patterns that the spotter searches for.

Each action unit, on either side of the face and on both, is a pattern over the ``MOTION_GROUPS``: its field
on a mesh, minus the part that the rigid fit of ``motion.registration`` attributes to the head, averaged over
each group as in ``MotionMeter``. The field of a unit differs between faces, so each unit has two patterns:
from the pulls of ``face.facs`` on the canonical mesh, and from the independently sculpted units of
``face.morphable_head``.

The six possible errors of the rigid fit are patterns too: a turning head leaves them.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.face import canonical_mesh, facs, geometry, morphable_head
from mer_ros.motion.registration import RigidHead
from mer_ros.motion.tracked_landmarks import group_weights

Patterns = NDArray[np.float64]

PULLED, SCULPTED = "photograph", "parametric"
"""Origins of the fields, named as the heads of the generator of synthetic data."""

ORIGINS = (PULLED, SCULPTED)

_PEAK_PX = 0.5  # crop pixels, a faint expression: the robust weights of the rigid fit depend on the size

SYLLABLE_UNITS = ("AU10", "AU17", "AU20", "AU23", "AU24", "AU25", "AU26")
"""All action units of a syllable."""


@dataclass(frozen=True, eq=False)
class UnitPatterns:
    """Patterns of K action units.

    names: such as "AU12", "AU12R" and "AU12L", once for each origin. moved: (K, 2 G) float64, each row of
    length 1.
    """

    names: tuple[str, ...]
    moved: Patterns

    def among(self, units: tuple[str, ...]) -> NDArray[np.bool_]:
        """(K,) which patterns belong to these units, on either side or both."""
        return np.array([unit_of(name) in units for name in self.names])


def unit_of(name: str) -> str:
    """The action unit of a pattern: "AU12" of "AU12", "AU12R" and "AU12L"."""
    return name.rstrip("".join(facs.SIDES))


@functools.cache
def unit_patterns(origins: tuple[str, ...] = ORIGINS) -> UnitPatterns:
    """All action units that can be detected, each on both sides, on the right and on the left.

    origins: of the fields, some of ``ORIGINS``.
    """
    names, fields = [], []
    for origin in origins:
        for unit in facs.UNITS:
            right, left = _sides(unit, origin)
            for suffix, field in (("", right + left), ("R", right), ("L", left)):
                names.append(unit + suffix)
                fields.append(field)
    head = RigidHead(_landmarks())
    moved = np.stack([_group_motion(head, field) for field in fields])
    return UnitPatterns(tuple(names), moved / np.linalg.norm(moved, axis=1, keepdims=True))


def _sides(unit: str, origin: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(468, 3) displacement by the right and the left side of a unit; the sum has a peak length of 1."""
    if origin == PULLED:
        return facs.displacement(unit)
    right, left = _sculpted().units[unit]
    peak = float(np.linalg.norm(right + left, axis=1).max())
    return right / peak, left / peak


@functools.cache
def _sculpted() -> morphable_head.Landmarks:
    """The average face of the sculpted head."""
    return morphable_head.landmarks(morphable_head.average_weights(morphable_head.load().shape_names))


@functools.cache
def head_patterns() -> Patterns:
    """(6, 2 G) orthonormal errors of the rigid fit."""
    basis = RigidHead(_landmarks()).basis  # (468, 2, 6)
    modes = np.einsum("gl,ldk->kgd", group_weights().astype(np.float64), basis).reshape(6, -1)
    return np.linalg.qr(modes.T)[0].T


def _landmarks() -> NDArray[np.float32]:
    """(468, 3) landmarks of the canonical mesh in crop pixels, without roll."""
    mesh = canonical_mesh.load().canonical.astype(np.float32)
    return geometry.apply_with_depth(geometry.crop_from_image(mesh), mesh)


def _group_motion(head: RigidHead, field: NDArray[np.float64]) -> Patterns:
    """(2 G,) measurement by ``MotionMeter`` of a (468, 3) field of peak length 1, scaled to ``_PEAK_PX``."""
    moved = (_PEAK_PX * field[:, :2]).astype(np.float32)
    own = moved - head.motion(head.fit(moved))
    return np.asarray(group_weights() @ own, np.float64).reshape(-1)
