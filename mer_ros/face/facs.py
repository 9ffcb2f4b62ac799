"""The facial action units: appearance of each, and how it moves the canonical mesh.

Everything that relates movement to muscles reads this table: the patterns of the spotter and the generator of
synthetic faces, from which models and the reader of action units learn.

A unit is a list of pulls. A pull moves the skin around its centre landmark in one direction and decays with
distance as a Gaussian in canonical face coordinates. The table lists the person's right side (left in the
picture); the left side is its mirror image. Muscles and directions follow the Facial Action Coding System
(Ekman, Friesen and Hager, 2002) as commonly described; radii and strengths are ours, adjusted by eye on
exaggerated pictures. A gate restricts a pull to one side of an opening: the upper lid moves without the lower
one, the jaw without the upper lip.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from mer_ros.face import canonical_mesh

Gate = Literal["", "upper_lid", "lower_lid", "upper_lip", "lower_lip"]


@dataclass(frozen=True)
class Pull:
    """Movement of the skin in one direction.

    at: landmark at the centre (person's right side or midline). out, up, back: strength outward from the
    midline, towards the forehead and away from the camera. radius: standard deviation across and along the
    face, interocular distances. gate: the only side of an opening that moves; empty for both.
    """

    at: int
    out: float
    up: float
    radius: tuple[float, float]
    gate: Gate = ""
    back: float = 0.0


Pulls = Mapping[str, tuple[Pull, ...]]
"""Name of a unit to the pulls that make it up."""

PULLS: dict[str, tuple[Pull, ...]] = {
    "AU1": (  # frontalis, inner part: inner brow up, outer brow, glabella and forehead follow
        Pull(107, 0.00, 1.00, (0.12, 0.16)),
        Pull(66, 0.00, 0.55, (0.11, 0.14)),
        Pull(105, -0.25, 0.25, (0.11, 0.12)),
        Pull(9, 0.00, 0.35, (0.09, 0.12)),
        Pull(221, 0.00, 0.25, (0.09, 0.06), "upper_lid"),
    ),
    "AU2": (  # frontalis, outer part: outer brow up, the skin above it follows
        Pull(63, 0.00, 1.00, (0.14, 0.16)),
        Pull(105, 0.00, 0.45, (0.11, 0.14)),
        Pull(225, 0.00, 0.25, (0.09, 0.06), "upper_lid"),
    ),
    "AU4": (  # corrugator, depressor supercilii, procerus: brows down and together, the forehead follows
        Pull(55, -0.50, -0.85, (0.11, 0.12)),
        Pull(65, -0.55, -0.60, (0.13, 0.12)),
        Pull(52, -0.35, -0.30, (0.14, 0.12)),
        Pull(9, 0.00, -0.40, (0.10, 0.13)),
        Pull(108, -0.10, -0.35, (0.14, 0.15)),
        Pull(222, -0.10, -0.30, (0.12, 0.06), "upper_lid"),
    ),
    "AU5": (  # levator palpebrae: upper lid up
        Pull(159, 0.00, 1.00, (0.12, 0.045), "upper_lid"),
        Pull(27, 0.00, 0.30, (0.12, 0.04), "upper_lid"),
    ),
    "AU6": (  # orbicularis oculi, outer ring: cheek up towards the eye, skin gathers at the outer eye corner
        Pull(118, 0.00, 0.95, (0.19, 0.14)),
        Pull(50, 0.00, 0.80, (0.19, 0.17)),
        Pull(205, 0.00, 0.45, (0.17, 0.16)),
        Pull(23, -0.05, 0.40, (0.15, 0.06), "lower_lid"),
        Pull(35, -0.60, 0.35, (0.11, 0.12)),
        Pull(156, -0.30, -0.35, (0.11, 0.10)),
    ),
    "AU7": (  # orbicularis oculi, inner ring: lids tighten, mostly the lower one, the skin below it follows
        Pull(145, -0.25, 1.00, (0.13, 0.06), "lower_lid"),
        Pull(23, -0.20, 0.55, (0.15, 0.07), "lower_lid"),
        Pull(119, -0.10, 0.30, (0.16, 0.10), "lower_lid"),
        Pull(159, 0.00, -0.50, (0.12, 0.05), "upper_lid"),
    ),
    "AU9": (  # levator labii alaeque nasi, procerus: nose wings, lip and inner cheek up, brows down
        Pull(129, -0.05, 1.00, (0.10, 0.13)),
        Pull(126, -0.15, 0.65, (0.09, 0.13)),
        Pull(203, 0.00, 0.60, (0.13, 0.13)),
        Pull(100, -0.10, 0.45, (0.14, 0.12), "lower_lid"),
        Pull(37, 0.00, 0.50, (0.13, 0.08), "upper_lip"),
        Pull(197, 0.00, 0.30, (0.08, 0.12)),
        Pull(55, -0.35, -0.60, (0.12, 0.12)),
        Pull(9, 0.00, -0.55, (0.10, 0.14)),
    ),
    "AU10": (  # levator labii superioris: upper lip up, the cheek beside the nose follows
        Pull(39, 0.05, 1.00, (0.13, 0.10), "upper_lip"),
        Pull(165, 0.10, 0.80, (0.14, 0.13), "upper_lip"),
        Pull(203, 0.10, 0.60, (0.14, 0.14), "upper_lip"),
        Pull(36, 0.10, 0.35, (0.15, 0.14), "upper_lip"),
        Pull(129, 0.00, 0.25, (0.09, 0.09)),
        Pull(61, 0.00, 0.20, (0.10, 0.10)),
    ),
    "AU12": (  # zygomaticus major: lip corner up and out towards the cheekbone, lips, chin and cheek follow
        Pull(61, 0.65, 0.80, (0.13, 0.13), back=0.25),
        Pull(206, 0.40, 0.60, (0.15, 0.15), back=0.10),
        Pull(205, 0.20, 0.45, (0.18, 0.16)),
        Pull(43, 0.35, 0.45, (0.15, 0.14)),
        Pull(202, 0.25, 0.35, (0.16, 0.16)),
        Pull(17, 0.00, 0.20, (0.14, 0.10), "lower_lip"),
    ),
    "AU14": (  # buccinator: lip corner back and out into the cheek, lips and chin follow
        Pull(61, 0.75, 0.40, (0.13, 0.12), back=0.50),
        Pull(216, 0.40, 0.40, (0.14, 0.14), back=0.20),
        Pull(40, 0.30, 0.10, (0.11, 0.08), "upper_lip"),
        Pull(91, 0.45, 0.20, (0.12, 0.09), "lower_lip"),
        Pull(43, 0.40, 0.30, (0.14, 0.13)),
    ),
    "AU15": (  # depressor anguli oris, from the jaw: lip corner down, fold and cheek above it follow
        Pull(61, 0.10, -1.00, (0.13, 0.13)),
        Pull(43, 0.10, -0.75, (0.14, 0.15)),
        Pull(216, 0.00, -0.50, (0.13, 0.14)),
        Pull(202, 0.10, -0.45, (0.14, 0.15)),
        Pull(106, 0.15, -0.25, (0.12, 0.12), "lower_lip"),
    ),
    "AU17": (  # mentalis: chin boss and lower lip up, the skin beside them inward
        Pull(200, 0.00, 0.65, (0.15, 0.12), "lower_lip"),
        Pull(208, -0.20, 0.40, (0.11, 0.12), "lower_lip"),
        Pull(18, 0.00, 0.55, (0.15, 0.09), "lower_lip"),
        Pull(17, 0.00, 0.45, (0.15, 0.08), "lower_lip"),
        Pull(0, 0.00, 0.20, (0.14, 0.07), "upper_lip"),
    ),
    "AU20": (  # risorius, platysma: lips stretched sideways and a little down, chin and cheek follow
        Pull(61, 1.00, -0.15, (0.13, 0.11), back=0.30),
        Pull(43, 0.60, -0.25, (0.14, 0.14)),
        Pull(214, 0.45, -0.10, (0.15, 0.17)),
        Pull(216, 0.40, -0.05, (0.13, 0.12)),
        Pull(91, 0.40, -0.05, (0.11, 0.08), "lower_lip"),
        Pull(40, 0.25, 0.00, (0.11, 0.07), "upper_lip"),
    ),
    "AU23": (  # orbicularis oris: lips tighten and narrow
        Pull(37, 0.00, -0.60, (0.13, 0.05), "upper_lip"),
        Pull(39, -0.20, -0.45, (0.10, 0.06), "upper_lip"),
        Pull(84, 0.00, 0.75, (0.13, 0.06), "lower_lip"),
        Pull(181, -0.20, 0.55, (0.10, 0.07), "lower_lip"),
        Pull(61, -0.65, 0.00, (0.08, 0.07)),
    ),
    "AU24": (  # orbicularis oris: lips pressed together without narrowing, the skin below them bulges
        Pull(37, 0.00, -0.50, (0.14, 0.05), "upper_lip"),
        Pull(84, 0.00, 0.65, (0.14, 0.06), "lower_lip"),
        Pull(43, 0.10, 0.55, (0.13, 0.10), "lower_lip"),
        Pull(61, 0.15, -0.20, (0.09, 0.08)),
        Pull(199, 0.00, 0.25, (0.16, 0.11), "lower_lip"),
    ),
    "AU25": (  # lips part
        Pull(14, 0.00, -0.90, (0.17, 0.12), "lower_lip"),
        Pull(13, 0.00, 0.25, (0.16, 0.06), "upper_lip"),
    ),
    "AU26": (  # jaw drops: chin and lower lip down, lip corners follow, cheeks are drawn in
        Pull(17, 0.00, -0.70, (0.26, 0.20), "lower_lip"),
        Pull(199, 0.00, -0.80, (0.30, 0.26), "lower_lip", back=0.20),
        Pull(61, -0.10, -0.25, (0.10, 0.10)),
        Pull(172, -0.05, -0.15, (0.20, 0.20), "lower_lip"),
    ),
}

UNITS: tuple[str, ...] = tuple(PULLS)
"""Names of all action units, in the order of every array over units."""

UNIT_DESCRIPTIONS = {
    "AU1": "inner brow raised",
    "AU2": "outer brow raised",
    "AU4": "brows lowered",
    "AU5": "upper lid raised",
    "AU6": "cheeks raised",
    "AU7": "lids tightened",
    "AU9": "nose wrinkled",
    "AU10": "upper lip raised",
    "AU12": "lip corners pulled up",
    "AU14": "lip corners dimpled",
    "AU15": "lip corners pulled down",
    "AU17": "chin raised",
    "AU20": "lips stretched",
    "AU23": "lips tightened",
    "AU24": "lips pressed together",
    "AU25": "lips parted",
    "AU26": "jaw dropped",
}
"""Appearance of each unit, after the Facial Action Coding System."""

SIDES: tuple[str, str] = ("R", "L")
"""The person's right and left."""

_MIDLINE_BLEND = 0.04
"""Half width of the smooth transition between right and left at the midline, interocular distances."""

_GATE_WIDTH = 0.012  # half width of the transition across a gate's line, interocular distances
_CORNER_BLEND_WIDTH = 0.05  # added to the gate's width beyond the lip corner, where the skin is continuous
# Start of that widening, as a fraction of the lip corner's distance from the midline, and its slope.
_CORNER_BLEND_FROM, _CORNER_BLEND_SLOPE = 0.9, 4
_RIGHT_EYE_INNER, _RIGHT_EYE_OUTER, _RIGHT_LIP_CORNER = 133, 33, 61  # FaceMesh landmarks
_UPPER_LIP_INSIDE, _LOWER_LIP_INSIDE = 13, 14


def displacement(
    unit: str, width: float = 1.0, pulls: Pulls = PULLS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(468, 3) canonical displacements of a unit's right side and of its left side.

    The sum of both has a peak length of 1 (interocular distance at intensity 1), so an intensity is the peak
    movement as a fraction of the interocular distance. width: factor applied to all radii. pulls: the table.
    """
    points = canonical_mesh.load().canonical
    right = sum((_field(points, pull, width) for pull in pulls[unit]), np.zeros_like(points))
    left = mirrored(right)
    peak = np.linalg.norm(right + left, axis=1).max()
    return right / peak, left / peak


@functools.cache
def both_sides(unit: str) -> NDArray[np.float64]:
    """(468, 3) canonical displacement of a unit, right and left together, peak length 1."""
    right, left = displacement(unit)
    return right + left


def mirrored(displacement: NDArray[np.float64]) -> NDArray[np.float64]:
    """(468, 3) displacement, mirrored to the other side of the face."""
    return displacement[canonical_mesh.load().mirror] * (-1, 1, 1)


def _field(points: NDArray[np.float64], pull: Pull, width: float) -> NDArray[np.float64]:
    """(468, 3) displacement of one right-side or midline pull."""
    offset = (points - points[pull.at])[:, :2] / (width * np.array(pull.radius))
    weight = np.exp(-0.5 * (offset**2).sum(1)) * right_share(points[:, 0]) * _gate(points, pull.gate)
    direction = np.array([-pull.out, -pull.up, pull.back])  # canonical x is the picture's right, y is down
    return np.asarray(weight[:, None] * direction)


def right_share(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the right side at canonical x: 1 on the right half, 0 on the left, smooth across the midline.

    The share and its mirror image add up to 1.
    """
    return _smoothstep(-x / _MIDLINE_BLEND)


def _gate(points: NDArray[np.float64], gate: Gate) -> NDArray[np.float64] | float:
    """(468,) share, 0..1, by which each point moves; a line through the corners separates the two sides."""
    if not gate:
        return 1.0
    x, y = points[:, 0], points[:, 1]
    if gate.endswith("lid"):
        inner, outer = points[_RIGHT_EYE_INNER], points[_RIGHT_EYE_OUTER]
        line = np.interp(-np.abs(x), [outer[0], inner[0]], [outer[1], inner[1]])
        width = np.full_like(x, _GATE_WIDTH)
    else:
        corner = points[_RIGHT_LIP_CORNER]
        middle = (points[_UPPER_LIP_INSIDE, 1] + points[_LOWER_LIP_INSIDE, 1]) / 2
        across = np.abs(x / corner[0])  # 0 at the midline, 1 at the lip corner
        line = middle + (corner[1] - middle) * np.minimum(across, 1) ** 2
        blend = _smoothstep(_CORNER_BLEND_SLOPE * (across - _CORNER_BLEND_FROM))
        width = _GATE_WIDTH + _CORNER_BLEND_WIDTH * blend
    below = _smoothstep((y - line) / width)
    return below if gate.startswith("lower") else 1 - below


def _smoothstep(t: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 below -1, 1 above 1, smooth between, point-symmetric about (0, 1/2)."""
    s = np.clip((t + 1) / 2, 0, 1)
    return np.asarray(s * s * (3 - 2 * s))
