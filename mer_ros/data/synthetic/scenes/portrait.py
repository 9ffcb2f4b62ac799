"""The sculpted subject at rest as a texture: lit skin, hair and clothes with holes for eyes and mouth."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic.scenes import hair, shade
from mer_ros.data.synthetic.scenes.lids import LidMargins
from mer_ros.data.synthetic.scenes.lips import LipLine
from mer_ros.data.synthetic.scenes.looks import Looks
from mer_ros.data.synthetic.scenes.noise import smooth_noise
from mer_ros.data.synthetic.scenes.relief import Relief
from mer_ros.data.synthetic.scenes.skin import skin_colour
from mer_ros.data.synthetic.stage import FINER

NECKLINE = ((0.0, 0.25, 0.5, 0.75, 1.0, 2.5), (1.95, 1.86, 1.62, 1.35, 1.2, 1.0))
"""Neckline of the shirt: distance from the midline, and height, canonical."""

SOFT_PX = 1.1
"""Blur of the texture, texture pixels, so that its details do not flicker when they move."""

CLOTH_LIGHT = 0.85

SUBSURFACE, SUBSURFACE_SHARE = 0.035, 0.5
"""Light spreads inside skin: reach, interocular distances, and share of the light."""

GAP_LIGHT = 0.12
"""Brightness of the gap between closed lips, share of that of the lips."""

HAIR_DULL = 0.6
"""Share of the gloss of skin that hair does not have."""

_FEWEST_COLUMNS = 40

SHOULDER = 0.45
"""Radius of the outer end of a shoulder, interocular distances."""


class Portrait:
    """texture: (H*FINER, W*FINER, 3) uint8 BGR. cover: (H*FINER, W*FINER) uint8, 0 where one sees past it."""

    def __init__(self, relief: Relief, looks: Looks, lids: LidMargins, lips: LipLine) -> None:
        width, height = (side * FINER for side in relief.size_wh)
        picture = np.zeros((height, width, 3), np.float32)
        cover = np.zeros((height, width), np.float32)
        if looks.hair == "long":
            cover, colour = hair.long_hair(relief, looks)
            picture = colour * 0.8
        seen = (relief.triangle >= 0).astype(np.float32)
        head = _lit(relief, looks)
        _draw(picture, cover, relief.box, head, seen)
        _draw_body(picture, cover, relief, looks)
        if looks.hair == "long":
            hair.draw_curtains(picture, cover, relief, looks)
        _close_lips(picture, cover, lips, looks)
        lids.cut(cover)
        lids.draw_lashes(picture, cover)
        self.texture = shade.encoded(cv2.GaussianBlur(picture, (0, 0), SOFT_PX))
        self.cover = np.asarray(np.rint(255 * cv2.GaussianBlur(cover, (0, 0), SOFT_PX)), np.uint8)


def _lit(relief: Relief, looks: Looks) -> NDArray[np.float32]:
    """(h, w, 3) linear light, BGR, over the box of the relief."""
    normals = relief.at_pixels(relief.normals)
    seen = relief.triangle >= 0
    soft = cv2.GaussianBlur(normals, (0, 0), SUBSURFACE * relief.px * FINER)
    normals = SUBSURFACE_SHARE * soft + (1 - SUBSURFACE_SHARE) * normals
    normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-6)
    light = shade.brightness(normals, looks.light)
    depth = relief.at_pixels(relief.vertices[:, 2:])[..., 0] * FINER
    step = np.s_[::FINER, ::FINER]
    small = shade.hollows(depth[step], -normals[..., 2][step], seen[step], relief.px)
    sky = cv2.resize(small, seen.shape[::-1], interpolation=cv2.INTER_LINEAR)[..., None]
    skin = skin_colour(relief, looks)
    covered = hair.hair_cover(relief, looks)[..., None]
    colour = skin * (1 - covered) + hair.hair_colour(relief, looks) * covered
    shine = shade.gloss(normals, looks.light) * (0.85 + 0.2 * smooth_noise(_rng(looks), seen.shape, 5.0))
    dressed = _cloth(relief)[..., None]
    shine = shine[..., None] * (1 - HAIR_DULL * covered)
    bare = colour * light * sky**1.2 + shine * sky
    steep = 1 - 0.5 * np.clip(1 - light.mean(-1, keepdims=True), 0, 1)  # clothes are dull
    return np.asarray(bare * (1 - dressed) + _clothes(looks) * steep * sky * dressed, np.float32)


def _clothes(looks: Looks) -> NDArray[np.float32]:
    return looks.cloth.astype(np.float32) * np.float32(CLOTH_LIGHT)


def _rng(looks: Looks) -> np.random.Generator:
    return np.random.default_rng([0x907, looks.seed])


def _cloth(relief: Relief) -> NDArray[np.float32]:
    """(h, w) share of the shirt, 0..1."""
    place = relief.place
    line = np.interp(np.abs(place[..., 0]), *NECKLINE)
    low = place[..., 2] > 0.3
    return np.asarray(np.clip((place[..., 1] - line) / 0.01, 0, 1) * low, np.float32)


def _draw(
    picture: NDArray[np.float32],
    cover: NDArray[np.float32],
    box: tuple[slice, slice],
    colour: NDArray[np.float32],
    share: NDArray[np.float32],
) -> None:
    """Draw a part over a picture, in place; its colour also fills the surroundings of its edges."""
    weight = cv2.GaussianBlur(share, (0, 0), 3.0)
    spread = cv2.GaussianBlur(colour * share[..., None], (0, 0), 3.0) / np.maximum(weight, 1e-3)[..., None]
    fringe = np.where(share[..., None] > 0, colour, spread)
    near = (weight > 1e-3) & ((share > 0) | (cover[box] == 0))
    picture[box] = np.where(near[..., None], fringe, picture[box])
    cover[box] = np.maximum(cover[box], share)


def _close_lips(
    picture: NDArray[np.float32], cover: NDArray[np.float32], lips: LipLine, looks: Looks
) -> None:
    """Cover what is seen between the lips at rest with the dark of their gap, in place."""
    rows = slice(int(lips.upper.min()) - 6, int(lips.lower.max()) + 7)
    part = (rows, slice(int(lips.x[0]) - 6, int(lips.x[-1]) + 7))
    gap = cover[part] < 1
    picture[part][gap] = looks.lips.astype(np.float32) * np.float32(GAP_LIGHT)
    cover[part][gap] = 1.0


def _draw_body(
    picture: NDArray[np.float32], cover: NDArray[np.float32], relief: Relief, looks: Looks
) -> None:
    """Continue the shirt below the mesh, which ends at the chest, to the lower end of the frame, in place."""
    rows, columns = relief.box
    shirt = (relief.triangle >= 0) & (_cloth(relief) > 0.5)
    found = np.flatnonzero(shirt.any(0))
    if len(found) < _FEWEST_COLUMNS:
        return  # the frame ends above the shoulders
    top = np.argmax(shirt, axis=0)[found] + rows.start
    ends = found[[8, -9]] + columns.start
    radius = SHOULDER * relief.px * FINER
    x = np.arange(max(int(ends[0] - radius), 0), min(int(ends[1] + radius), picture.shape[1]))
    beyond = np.clip(np.maximum(ends[0] - x, x - ends[1]) / radius, 0, 1)
    outline = np.interp(x, found[8:-8] + columns.start, top[8:-8]) + radius * (1 - np.sqrt(1 - beyond**2))
    start = int(outline.min())
    y = np.arange(start, len(picture))[:, None]
    part = np.s_[start:, x[0] : x[-1] + 1]
    own = np.zeros(cover.shape, np.bool_)
    own[relief.box] = relief.triangle >= 0
    free = (y >= outline) & ~own[part] | (y >= outline) & (beyond > 0)
    darker = np.clip(1 - 0.5 * beyond**2, 0.4, 1) * np.clip(1 - 0.0005 * (y - start), 0.6, 1)
    picture[part] = np.where(free[..., None], _clothes(looks) * darker[..., None], picture[part])
    cover[part] = np.where(free, 1.0, cover[part])
