"""Things in front of the face: bars over the eyes or the mouth, sunglasses, a mask, a hand.

A bar is what studies of recognition under occlusion use; the things are drawn (``occluders``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.corruptions import occluders
from mer_ros.data.corruptions.corruption import Corruption, Shot
from mer_ros.data.corruptions.occluders import Occluder

_BAR = {"eyes": (-0.35, 0.35), "mouth": (0.62, 1.35)}  # top and bottom, interocular distances below the eyes
_BAR_HALF_WIDTH = 0.95
_AWAY = 2.0  # interocular distances below the mouth, where the hand comes from


def _bar(part: str) -> Callable[[Shot, float, np.random.Generator], Shot]:
    """A grey bar that covers a share of a part's height, from its middle."""
    top, low = _BAR[part]

    def apply(shot: Shot, share: float, _rng: np.random.Generator) -> Shot:
        middle, half = (top + low) / 2, (low - top) / 2 * share
        x, y = occluders.grid()
        inside = (np.abs(x) < _BAR_HALF_WIDTH) & (np.abs(y - middle) < half)
        canvas = np.full((*x.shape, 3), 128, np.float32), inside.astype(np.float32)
        return _in_front(shot, canvas, worn=True)

    return apply


def _thing(
    occluder: Occluder, place: Callable[[float], tuple[float, float]], fades: bool = False
) -> Callable[[Shot, float, np.random.Generator], Shot]:
    """A drawn thing. place: its shift at a level, interocular distances. fades: the level is its opacity."""

    def apply(shot: Shot, level: float, rng: np.random.Generator) -> Shot:
        skin = occluders.skin_colour(shot.frames[0], shot.landmarks[0])
        affine = occluders.frame_affine(shot.landmarks[0])
        colour, opacity = occluders.softened(occluder.draw(skin, rng), affine)
        canvas = colour, opacity * np.float32(level if fades else 1.0)
        return _in_front(shot, canvas, occluder.worn, place(level))

    return apply


def _in_front(
    shot: Shot, canvas: occluders.Canvas, worn: bool, shift: tuple[float, float] = (0.0, 0.0)
) -> Shot:
    """The shot with a thing in each frame; worn: it follows the face, otherwise it stays in the picture."""
    frames: list[NDArray[np.uint8]] = []
    for k, frame in enumerate(shot.frames):
        affine = occluders.frame_affine(shot.landmarks[k if worn else 0])
        frames.append(occluders.composite(frame, canvas, affine, shift)[0])
    return replace(shot, frames=np.stack(frames))


def _stays(_level: float) -> tuple[float, float]:
    return 0.0, 0.0


_SHARES = (0.2, 0.4, 0.6, 0.8, 1.0)

EYES = Corruption("bar over the eyes", "of the height of the eyes", _SHARES, _bar("eyes"))
MOUTH = Corruption("bar over the mouth", "of the height of the mouth", _SHARES, _bar("mouth"))
GLASSES = Corruption("sunglasses", "opacity", _SHARES, _thing(occluders.SUNGLASSES, _stays, fades=True))
MASK = Corruption(
    "mask",
    "of the way up to the nose",
    _SHARES,
    _thing(occluders.MASK, lambda share: (0.0, 1.3 * (1 - share))),
)
HAND = Corruption(
    "hand", "of the way to the mouth", (0.5, 0.65, 0.8, 0.9, 1.0),
    _thing(occluders.HAND_ON_MOUTH, lambda share: (0.0, _AWAY * (1 - share))),
)  # fmt: skip
