"""How facial muscles move the motion groups: what the spotter looks for.

Each action unit, of each side of the face and of both, is a pattern over the ``MOTION_GROUPS``: its field
on the base mesh, less what the rigid fit of ``registration`` takes for the head, averaged over each group
as the meter averages. The six movements that such a fit can get wrong are patterns too: what a turning head
leaves.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.face import canonical_mesh, facs, geometry
from mer_ros.motion.motion_groups import group_weights
from mer_ros.motion.registration import RigidHead

Patterns = NDArray[np.float64]

_PEAK_PX = 0.5  # crop pixels, as of a faint expression: the fit's robustness depends on it

SPEECH_UNITS = ("AU25", "AU26")
"""Lips that part and a jaw that drops: the mouth of somebody who speaks."""

LIP_SHAPES = ("AU20", "AU23")
"""Lips stretched and lips rounded: what else a mouth does in speech."""

SYLLABLE_UNITS = ("AU10", "AU17", *LIP_SHAPES, *SPEECH_UNITS)
"""All that a mouth does in speech."""

MOUTH_UNITS = ("AU12", "AU14", "AU15", *SYLLABLE_UNITS)
UNHEARD = ("AU5", "AU7")
"""Move the lids, which blink and follow the eyes, and so are not among the motion groups."""


@dataclass(frozen=True, eq=False)
class UnitPatterns:
    """names: K such as "AU12", "AU12R". moved: (K, 2 G) float64, each of length 1."""

    names: tuple[str, ...]
    moved: Patterns

    def among(self, units: tuple[str, ...]) -> NDArray[np.bool_]:
        """(K,) which patterns are of these units, on either side."""
        return np.array([name.rstrip("RL") in units for name in self.names])


@functools.cache
def unit_patterns() -> UnitPatterns:
    """Every action unit that can be heard, on both sides and on either."""
    names, fields = [], []
    for unit in facs.UNITS:
        if unit in UNHEARD:
            continue
        right, left = facs.displacement(unit)
        for suffix, field in (("", right + left), ("R", right), ("L", left)):
            names.append(unit + suffix)
            fields.append(field)
    head = RigidHead(_landmarks())
    moved = np.stack([_own(head, field) for field in fields])
    return UnitPatterns(tuple(names), moved / np.linalg.norm(moved, axis=1, keepdims=True))


@functools.cache
def head_patterns() -> Patterns:
    """(6, 2 G) orthonormal: what errors of the rigid fit look like."""
    basis = RigidHead(_landmarks()).basis  # (468, 2, 6)
    modes = np.einsum("gl,ldk->kgd", group_weights().astype(np.float64), basis).reshape(6, -1)
    return np.linalg.qr(modes.T)[0].T


def _landmarks() -> NDArray[np.float32]:
    """(468, 3) of the base mesh, crop pixels, its roll taken out."""
    mesh = canonical_mesh.load().canonical.astype(np.float32)
    return geometry.apply_with_depth(geometry.crop_from_image(mesh), mesh)


def _own(head: RigidHead, field: NDArray[np.float64]) -> Patterns:
    """(2 G,) what the meter would see of a (468, 3) field whose peak is 1, shown ``_PEAK_PX`` large."""
    moved = (_PEAK_PX * field[:, :2]).astype(np.float32)
    left = moved - head.motion(head.fit(moved))
    return np.asarray(group_weights() @ left, np.float64).reshape(-1)
