"""Hair of a sculpted subject: a raised, coloured part of the scalp, and long hair behind the head."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.scenes.looks import Hair, Looks
from mer_ros.data.synthetic.scenes.noise import smooth_noise, strands
from mer_ros.data.synthetic.scenes.relief import Relief, average_vertices, to_texture
from mer_ros.data.synthetic.stage import FINER

THICKNESS: dict[Hair, float] = {"none": 0.0, "cropped": 0.02, "short": 0.10, "long": 0.10}
"""Height of the hair over the scalp, canonical."""

HAIRLINE = (
    (-0.3, -0.05, 0.15, 0.32, 0.45, 0.62, 0.74, 0.85, 1.0, 1.4),
    (-0.62, -0.60, -0.46, -0.20, 0.12, 0.22, 0.16, 0.10, 0.2, 0.6),
)
"""Depth (z) and height (y) of the hairline on the average head, canonical."""

SET_BACK, RISE, EDGE = 0.04, 0.45, 0.05
"""Distance from the hairline at which hair begins to raise the surface, distance over which it rises to its
full height, and width of its coloured edge, canonical."""

EAR = (0.72, 0.60, -0.06, 0.75)
"""Ears: least distance from the midline, least depth, top and bottom, canonical."""

BEHIND = (
    (-1.4, 0.05),
    (-1.35, 0.4),
    (-1.1, 0.8),
    (-0.7, 1.0),
    (0.0, 1.12),
    (0.8, 1.16),
    (1.5, 1.1),
    (2.2, 0.9),
)
"""Outline of long hair: height, canonical, and half width, shares of that of the scalp."""

CURTAINS = ((54, 21, 162, 127, 234, 93, 132, 58, 172), (284, 251, 389, 356, 454, 323, 361, 288, 397))
CURTAIN_GAP = (0.06, 0.05, 0.03, 0.0, 0.0, 0.0, 0.0, 0.02, 0.05)
"""Inner edge of long hair before the ears: FaceMesh landmarks of either side; outward shift, canonical."""


def thickness(looks: Looks) -> NDArray[np.float64]:
    """(N,) height of the hair at the vertices, canonical."""
    points = average_vertices()
    edge = np.full(len(points), -SET_BACK, np.float32)
    share = _share(points.astype(np.float32), looks, edge, RISE)
    higher = 1 + 0.5 * np.clip(-points[:, 1] - 0.6, 0, 1)
    return np.asarray(THICKNESS[looks.hair] * share * higher, np.float64)


def hair_cover(relief: Relief, looks: Looks) -> NDArray[np.float32]:
    """(h, w) share of hair over the box of the relief, 0..1; a bald scalp keeps none."""
    if looks.hair == "none":
        return np.zeros(relief.triangle.shape, np.float32)
    rng = np.random.default_rng([0x4A1, looks.seed])
    place = relief.place
    shape = place.shape[:2]
    fringe = strands(rng, place[..., 0] * 130, place[..., 1] * 3)
    ragged = 0.02 * smooth_noise(rng, shape, 30.0) + 0.018 * fringe
    seen = (relief.triangle >= 0).astype(np.float32)
    cover = cv2.GaussianBlur(_share(place, looks, ragged) * seen, (0, 0), 1.5)
    cover /= np.maximum(cv2.GaussianBlur(seen, (0, 0), 1.5), 0.1)
    return np.asarray(cover * np.float32(0.85 if looks.hair == "cropped" else 1.0))


def hair_colour(relief: Relief, looks: Looks) -> NDArray[np.float32]:
    """(h, w, 3) linear light, BGR, without light, over the box of the relief."""
    rng = np.random.default_rng([0x4A2, looks.seed])
    place = relief.place
    parting = float(rng.uniform(-0.3, 0.3))
    fine = {"none": 60.0, "cropped": 90.0, "short": 60.0, "long": 60.0}[looks.hair]
    fan = (place[..., 0] - parting) / (0.6 + 0.5 * np.clip(place[..., 1] + 1.4, 0, 1.5))
    level = 1 + np.float32(0.32) * strands(rng, fan * fine, place[..., 1] * 8 + place[..., 2] * 5)
    level += np.float32(0.12) * smooth_noise(rng, place.shape[:2], 30.0)
    return np.asarray(looks.hair_colour.astype(np.float32) * np.clip(level, 0.35, 2.2)[..., None])


def long_hair(relief: Relief, looks: Looks) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Hair behind the head: its share (H, W) and colour (H, W, 3, as ``hair_colour``) over the texture."""
    left, right = _outline(relief, looks)
    cover = _filled(relief, np.vstack([left, right[::-1]]), 4.0)
    return cover, 0.7 * _falling(relief, looks)


def draw_curtains(
    picture: NDArray[np.float32], cover: NDArray[np.float32], relief: Relief, looks: Looks
) -> None:
    """Draw long hair before the ears over a picture, in place."""
    colour, scale = _falling(relief, looks), relief.px * FINER
    for side, outer, inwards in zip(CURTAINS, _outline(relief, looks), (1, -1), strict=True):
        inner = to_texture(relief.landmarks[list(side)])
        inner[:, 0] -= inwards * np.array(CURTAIN_GAP) * scale
        end = outer[outer[:, 1] <= inner[-1, 1] + 0.45 * scale]
        outside = end[end[:, 1] >= inner[0, 1] - 0.25 * scale]
        tip = outside[-1] + (inwards * 0.22 * scale, 0.0)
        share = _filled(relief, np.vstack([outside, tip[None], inner[::-1]]), 3.0)[..., None]
        picture[:] = picture * (1 - share) + colour * share
        np.maximum(cover, share[..., 0], out=cover)


def _outline(relief: Relief, looks: Looks) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(K, 2) left and right edge of long hair from top to bottom, texture pixels."""
    rng = np.random.default_rng([0x4A3, looks.seed])
    scalp = relief.vertices[(average_vertices()[:, 1] < -0.3)]
    middle = to_texture((scalp[:, :2].min(0) + scalp[:, :2].max(0)) / 2)[0]
    eyes, scale = to_texture(relief.landmarks[[33, 263]].mean(0))[1], relief.px * FINER
    wide = float(np.ptp(scalp[:, 0])) / 2 * FINER + 0.05 * scale
    outline = np.array(BEHIND)
    y = np.linspace(outline[0, 0], outline[-1, 0], 60)
    top = float(to_texture(scalp[:, :2].min(0))[1])
    rows = np.where(y < 0, eyes + (y / outline[0, 0]) * (top - eyes), eyes + y * scale)
    sides = []
    for sign in (-1, 1):
        half = np.interp(y, outline[:, 0], outline[:, 1] * (1 + 0.03 * rng.standard_normal(len(outline))))
        sides.append(np.column_stack([middle + sign * wide * half, rows]))
    return sides[0], sides[1]


def _filled(relief: Relief, outline: NDArray[np.float64], blur: float) -> NDArray[np.float32]:
    """(H, W) 0..1 share of a polygon over the texture."""
    width, height = (side * FINER for side in relief.size_wh)
    drawn = np.zeros((height, width), np.uint8)
    cv2.fillPoly(drawn, [np.rint(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return np.asarray(cv2.GaussianBlur(drawn, (0, 0), blur).astype(np.float32) / 255)


def _falling(relief: Relief, looks: Looks) -> NDArray[np.float32]:
    """(H, W, 3) colour of hanging strands over the texture."""
    width, height = (side * FINER for side in relief.size_wh)
    rng, scale = np.random.default_rng([0x4A4, looks.seed]), relief.px * FINER
    columns = np.arange(width, dtype=np.float32)[None].repeat(height, 0)
    rows = np.arange(height, dtype=np.float32)[:, None].repeat(width, 1)
    bent = columns + np.float32(0.05 * scale) * np.sin(rows / np.float32(0.5 * scale))
    level = 0.9 + np.float32(0.30) * strands(rng, bent * np.float32(56 / scale), rows * np.float32(4 / scale))
    return np.asarray(looks.hair_colour.astype(np.float32) * np.clip(level, 0.25, 1.8)[..., None], np.float32)


def _share(
    place: NDArray[np.float32], looks: Looks, ragged: NDArray[np.float32], width: float = EDGE
) -> NDArray[np.float32]:
    """(...) 0..1 at (..., 3) places of the average head. ragged: shift of the hairline; width: of its
    edge, canonical.
    """
    x, y, z = np.abs(place[..., 0]), place[..., 1], place[..., 2]
    line = np.interp(z, *HAIRLINE).astype(np.float32)
    temples = np.float32(0.05 + 0.20 * max(looks.old - 0.3, 0)) * np.exp(-(((x - 0.34) / 0.13) ** 2))
    front = np.clip((0.45 - z) / 0.3, 0, 1)
    share = np.clip((line - (temples + np.float32(looks.forehead)) * front + ragged - y) / width, 0, 1)
    beside, behind, top, bottom = EAR
    ear = (x > beside) & (z > behind) & (y > top) & (y < bottom)
    return np.asarray(np.where(ear, 0.0, share), np.float32)
