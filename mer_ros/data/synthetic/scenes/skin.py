"""Procedural skin: the colour of a face without light, from places that mean the same on every head."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.scenes.looks import Looks
from mer_ros.data.synthetic.scenes.noise import smooth_noise, strands
from mer_ros.data.synthetic.scenes.relief import Relief, to_texture

PORES = ((2.0, 0.022), (4.0, 0.032), (8.0, 0.034), (18.0, 0.030))
"""Fine texture: width of its structures in texture pixels, and relative strength."""

BLOTCH_CELLS, BLOTCH = (45.0, 110.0), 0.045
"""Uneven colour: widths of its patches in texture pixels, and relative strength."""

BLUSHING = ((-0.40, 0.42, 0.17), (0.40, 0.42, 0.17), (0.0, 0.42, 0.10), (0.0, 1.02, 0.12))
"""Places that are redder: cheeks, nose and chin; x, y and radius, canonical."""

BEARD_LINE = ((0.0, 0.10, 0.22, 0.34, 0.48, 0.60, 0.75, 0.9), (0.58, 0.58, 0.68, 0.80, 0.74, 0.45, 0.10, 0.1))
"""Upper limit of a beard: distance from the midline, and height, canonical."""

BROWS = ((70, 63, 105, 66, 107), (46, 53, 52, 65, 55))
"""FaceMesh landmarks of the person's right brow: upper and lower edge, from the outer to the inner end."""
BROWS_LEFT = ((300, 293, 334, 296, 336), (276, 283, 282, 295, 285))
BROW_HAIRS, BROW_GROUND = 230, 0.45
"""Number of hairs of a dense brow, and opacity of the ground under them."""

WRINKLE = 0.14
"""Share of light that the deepest wrinkle takes away."""

FOREHEAD_LINES = (-0.36, -0.46, -0.56)
"""Heights of the wrinkles of the forehead, canonical."""


def skin_colour(relief: Relief, looks: Looks) -> NDArray[np.float32]:
    """(h, w, 3) linear light, BGR, over the box of the relief."""
    rng = np.random.default_rng([0x5C1, looks.seed])
    place = relief.place
    shape = place.shape[:2]
    level = np.ones(shape, np.float32)
    for cell, strength in PORES:
        level += np.float32(strength) * smooth_noise(rng, shape, cell)
    redder = np.zeros(shape, np.float32)
    for cell in BLOTCH_CELLS:
        level += np.float32(BLOTCH * 0.5 * looks.blotches) * smooth_noise(rng, shape, cell)
        redder += np.float32(0.5 * looks.blotches) * smooth_noise(rng, shape, cell)
    for x, y, radius in BLUSHING:
        redder += np.float32(3.0 * looks.redness) * _spot(place, x, y, radius)
    for side in (-1, 1):
        level -= np.float32(0.10 + 0.06 * looks.old) * _spot(place, side * 0.31, 0.13, 0.10, 0.045)
        level -= np.float32(0.10) * _spot(place, side * 0.21, -0.02, 0.06, 0.07)
    level -= np.float32(WRINKLE * looks.wrinkles) * _wrinkles(place, rng)
    level *= 1 - _spots(relief, looks, rng, shape)
    tint = np.array([-0.030, -0.042, 0.006], np.float32)  # blood absorbs blue and green
    colour = looks.skin.astype(np.float32) * np.maximum(level, 0.2)[..., None]
    colour *= 1 + redder[..., None] * tint
    lips = relief.at_pixels(relief.head.lips[:, None] / 255.0)
    lips = cv2.GaussianBlur(np.clip((lips - 0.25) * 1.6, 0, 1), (0, 0), 2.0)[..., None]
    stripes = 1 + np.float32(0.06) * strands(rng, place[..., 0] * 140, place[..., 1] * 6)
    colour = colour * (1 - lips) + looks.lips.astype(np.float32) * (stripes * level)[..., None] * lips
    if looks.stubble or looks.beard:
        colour = _bearded(colour, place, lips[..., 0], looks, rng)
    hairs = _brows(relief, looks, rng)[..., None]
    return np.asarray(colour * (1 - hairs) + looks.brow_colour.astype(np.float32) * hairs, np.float32)


def _spot(
    place: NDArray[np.float32], x: float, y: float, radius: float, height: float = 0.0
) -> NDArray[np.float32]:
    """(h, w) Gaussian round a place of the face, 0..1."""
    across, down = (place[..., 0] - x) / radius, (place[..., 1] - y) / (height or radius)
    return np.asarray(np.exp(-0.5 * (across**2 + down**2)) * (place[..., 2] < 0.6), np.float32)


def _wrinkles(place: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """(h, w) lines of the forehead and beside the eyes, 0..1."""
    x, y = place[..., 0], place[..., 1]
    lines = np.zeros(x.shape, np.float32)
    for height in FOREHEAD_LINES:
        phase, bend = rng.uniform(0, 6.3), rng.normal(0, 0.01)
        course = height + bend + 0.012 * np.sin(9 * x + phase) + 0.10 * x**2
        lines += np.exp(-0.5 * ((y - course) / 0.006) ** 2) * np.exp(-((np.abs(x) / 0.42) ** 6))
    for angle in (-0.35, 0.0, 0.35):
        along, across = np.abs(x) - 0.53, y - 0.02
        turned = across * np.cos(angle) - along * np.sin(angle)
        lines += np.exp(-0.5 * (turned / 0.005) ** 2) * np.exp(-0.5 * ((along - 0.06) / 0.045) ** 2)
    return np.asarray(np.clip(lines, 0, 1), np.float32)


def _spots(
    relief: Relief, looks: Looks, rng: np.random.Generator, shape: tuple[int, ...]
) -> NDArray[np.float32]:
    """(h, w) share of light that freckles and moles take away."""
    low, high = relief.landmarks.min(0), relief.landmarks.max(0)
    picture = np.zeros(shape, np.uint8)
    kinds = ((int(220 * looks.freckles), 0.004, 0.010, 60), (looks.moles, 0.008, 0.018, 165))
    for count, least, most, dark in kinds:
        for x, y in to_texture(rng.uniform(low, high, (count, 2))) - relief.origin_xy:
            radius = rng.uniform(least, most) * relief.px * 3
            _disc(picture, (float(x), float(y)), float(radius), int(dark * rng.uniform(0.5, 1.0)))
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.5).astype(np.float32) / 255)


def _disc(picture: NDArray[np.uint8], at_xy: tuple[float, float], radius: float, level: int) -> None:
    centre = (round(at_xy[0] * 16), round(at_xy[1] * 16))
    cv2.circle(picture, centre, round(radius * 16), level, -1, cv2.LINE_AA, 4)


def _bearded(
    colour: NDArray[np.float32],
    place: NDArray[np.float32],
    lips: NDArray[np.float32],
    looks: Looks,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """The colour with stubble, and with a beard if there is one."""
    x, y = np.abs(place[..., 0]), place[..., 1]
    shape = x.shape
    line = np.interp(x, *BEARD_LINE).astype(np.float32) + 0.03 * smooth_noise(rng, shape, 25.0)
    area = np.clip((y - line) / 0.10, 0, 1) * np.clip((1.30 - y) / 0.15, 0, 1) * (1 - lips)
    area *= (place[..., 2] < 0.45).astype(np.float32)
    area = cv2.GaussianBlur(area, (0, 0), 4.0)
    dots = np.clip(0.75 + 0.5 * smooth_noise(rng, shape, 2.2), 0, 1.4)
    shade = (0.42 * looks.stubble * area * dots)[..., None]
    colour = colour * (1 - shade) + np.float32(0.02) * shade
    grown = np.clip(area * 1.6 - 0.3, 0, 1) * np.float32(looks.beard)
    grown = grown[..., None]
    hair = strands(rng, place[..., 0] * 120 + 4 * y, y * 14)[..., None]
    curls = looks.brow_colour.astype(np.float32) * np.clip(1 + 0.45 * hair, 0.3, 2.2)
    return np.asarray(colour * (1 - grown) + curls * grown, np.float32)


def _brows(relief: Relief, looks: Looks, rng: np.random.Generator) -> NDArray[np.float32]:
    """(h, w) share of the hair of the brows, drawn as single hairs."""
    picture, soft = (np.zeros(relief.triangle.shape, np.uint8) for _ in range(2))
    for (upper, lower), outwards in ((BROWS, -1), (BROWS_LEFT, 1)):
        edges = [to_texture(relief.landmarks[list(edge)]) - relief.origin_xy for edge in (upper, lower)]
        middle, half = (edges[0] + edges[1]) / 2, (edges[1] - edges[0]) / 2
        places = np.linspace(0, 1, len(upper))
        ground = np.vstack([middle - 0.6 * half, (middle + 0.6 * half)[::-1]])
        cv2.fillPoly(soft, [np.rint(ground * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        for _ in range(int(BROW_HAIRS * (0.5 + looks.density))):
            t, side = rng.uniform(0.0, 1.0), np.clip(rng.normal(0, 0.38), -0.85, 0.85)
            narrow = 0.45 + 0.55 * min(t / 0.35, 1.0)  # thinner towards the outer end
            at = np.array([np.interp(t, places, middle[:, k] + side * narrow * half[:, k]) for k in (0, 1)])
            lean = np.deg2rad(75 - 65 * min((1 - t) * 1.6, 1.0) + rng.normal(0, 12))
            length = relief.px * 3 * rng.uniform(0.035, 0.06)
            tip = at + length * np.array([outwards * np.cos(lean), -np.sin(lean) * 0.8 - 0.05])
            level = int(255 * rng.uniform(0.5, 1.0) * (0.5 + 0.5 * looks.density))
            ends = [tuple(int(v) for v in np.rint(p * 16)) for p in (at - (tip - at) * 0.3, tip)]
            cv2.line(picture, ends[0], ends[1], level, 2, cv2.LINE_AA, 4)
    ground = cv2.GaussianBlur(soft, (0, 0), 0.022 * relief.px * 3).astype(np.float32) / 255
    hairs = cv2.GaussianBlur(picture, (0, 0), 1.2).astype(np.float32) / 255
    return np.asarray(np.maximum(hairs, ground * BROW_GROUND * looks.density), np.float32)
