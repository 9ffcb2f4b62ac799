"""In which parts of a picture faces are searched, one after the other.

The detector finds faces that fill enough of what it is shown. The picture is therefore covered by tiles of
several sizes: the smallest are as large as a face of the smallest wanted size allows, the next are larger by
a fixed factor, and so on up to the whole picture. Neighbouring tiles overlap by more than a face of the size
for which they are there.

Example: a picture of 640 x 480 pixels, faces from 40 pixels between the eyes.

>>> search_parts((640, 480), 40.0)
((0, 0, 640, 480), (0, 0, 440, 440), (200, 0, 440, 440), (0, 40, 440, 440), (200, 40, 440, 440))
"""

from __future__ import annotations

import functools
import math

Part = tuple[int, int, int, int]
"""x, y, width and height of a part of a picture, pixels."""

_TILE = 11.0  # side of a tile, in interocular distances of the smallest face that is found in it
_OVERLAP = 0.22  # of the side: 2.6 interocular distances, a face from brows to chin and what surrounds it
_GROWTH = 2.5  # factor of the side from one size to the next
_MIN_GROWTH = 1.25  # a tile is of no use beside the whole picture if that is hardly larger
_WHOLE_EVERY = 4  # turns, while a face is followed
_MIN_TILE_PX = 240  # smaller tiles would be enlarged for the detector, which shows it nothing more


@functools.lru_cache(maxsize=8)
def search_parts(image_wh: tuple[int, int], min_interocular_px: float) -> tuple[Part, ...]:
    """All parts of a picture in which faces are searched, the whole picture first, then smaller tiles."""
    side = max(round(_TILE * min_interocular_px), _MIN_TILE_PX)
    levels: list[list[Part]] = []
    while side * _MIN_GROWTH < max(image_wh):
        levels.append(_tiles(image_wh, side))
        side = round(side * _GROWTH)
    whole = (0, 0, *image_wh)
    return (whole, *(part for level in reversed(levels) for part in level if part != whole))


def parts_of_turn(parts: tuple[Part, ...], turn: int, any_face: bool, n_tiles: int = 1) -> tuple[Part, ...]:
    """The parts of the ``turn``-th search.

    any_face: whether a face is followed. Then it is one part, the whole picture in every fourth turn and the
    tiles in the others; without a face, it is the whole picture and ``n_tiles`` tiles.
    """
    whole, *tiles = parts
    if not tiles:
        return (whole,)
    if not any_face:
        first = turn * n_tiles
        return (whole, *(tiles[(first + k) % len(tiles)] for k in range(min(n_tiles, len(tiles)))))
    return (whole,) if turn % _WHOLE_EVERY == 0 else (tiles[(turn - turn // _WHOLE_EVERY - 1) % len(tiles)],)


def part_round(x: float, y: float, side_px: float, image_wh: tuple[int, int]) -> Part | None:
    """The part of a picture in a square round a point; None if it is outside the picture."""
    left, top = max(math.floor(x - side_px / 2), 0), max(math.floor(y - side_px / 2), 0)
    right = min(math.ceil(x + side_px / 2), image_wh[0])
    bottom = min(math.ceil(y + side_px / 2), image_wh[1])
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None


def _tiles(image_wh: tuple[int, int], side: int) -> list[Part]:
    """Overlapping tiles that cover a picture, evenly spaced, row by row."""
    (columns, width), (rows, height) = (_along(length, side) for length in image_wh)
    return [(x, y, width, height) for y in rows for x in columns]


def _along(length: int, side: int) -> tuple[list[int], int]:
    """First pixels of the tiles along one side of a picture, and their length."""
    if side >= length:
        return [0], length
    steps = math.ceil((length - side) / (side * (1 - _OVERLAP)))
    return [round(k * (length - side) / steps) for k in range(steps + 1)], side
