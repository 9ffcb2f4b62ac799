"""Text on pictures in the bundled font, Noto Sans CJK JP reduced to Latin, kana and the phrases in use.

The font is under the SIL Open Font License 1.1 (``fonts/OFL.txt``). A character that it lacks is drawn as an
empty box.
"""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from mer_ros.visualisation.palette import BLACK_BGR

FONT = Path(__file__).with_name("fonts") / "NotoSansCJKjp-Reduced.otf"
SMALLEST_PX = 12
"""Text is shrunk to fit, but not below this size; then it is cut."""


def write(
    picture: NDArray[np.uint8],
    words: str,
    place_xy: tuple[int, int],
    size_px: int,
    colour: tuple[int, int, int],
    width_px: int = 0,
    outline_px: int = 0,
) -> None:
    """Draw one line of text on an (H, W, 3) uint8 BGR picture, cut at its edges.

    place_xy: left end of the baseline. size_px: size of the font, pixels. width_px: largest width, to which
    text is shrunk and then cut with an ellipsis; 0 for any. outline_px: width of a black outline.
    """
    if width_px:
        words, size_px = fitted(words, size_px, width_px)
    if outline_px:
        _blend(picture, words, place_xy, size_px, BLACK_BGR, outline_px)
    _blend(picture, words, place_xy, size_px, colour, 0)


def text_width(words: str, size_px: int) -> int:
    """Width of one line of text, pixels."""
    return round(_font(size_px).getlength(words))


def fitted(words: str, size_px: int, width_px: int) -> tuple[str, int]:
    """The text and size, at most ``size_px``, with which a line fits into a width.

    >>> fitted("short", 20, 200), fitted("a line that is much too long for its place", 20, 120)[1]
    (('short', 20), 12)
    """
    while size_px > SMALLEST_PX and text_width(words, size_px) > width_px:
        size_px -= 1
    if text_width(words, size_px) <= width_px:
        return words, size_px
    while words and text_width(words + "…", size_px) > width_px:
        words = words[:-1]
    return words.rstrip() + "…", size_px


@functools.lru_cache(maxsize=16)
def _font(size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size_px)


@functools.lru_cache(maxsize=256)
def _alpha(words: str, size_px: int, outline_px: int) -> tuple[NDArray[np.float32], int, int]:
    """(h, w, 1) float32 opacity 0..1 of a line, and its left and top relative to the baseline's left end."""
    left, top, right, bottom = _font(size_px).getbbox(words, anchor="ls", stroke_width=outline_px)
    left, top = int(np.floor(left)), int(np.floor(top))
    size = (max(int(np.ceil(right)) - left, 1), max(int(np.ceil(bottom)) - top, 1))
    image = Image.new("L", size)
    ImageDraw.Draw(image).text(
        (-left, -top), words, 255, _font(size_px), anchor="ls", stroke_width=outline_px
    )
    return np.asarray(image, np.float32)[..., None] / 255, left, top


def _blend(
    picture: NDArray[np.uint8],
    words: str,
    place_xy: tuple[int, int],
    size_px: int,
    colour: tuple[int, int, int],
    outline_px: int,
) -> None:
    alpha, left, top = _alpha(words, size_px, outline_px)
    x, y = place_xy[0] + left, place_xy[1] + top
    x0, y0 = max(x, 0), max(y, 0)
    x1, y1 = min(x + alpha.shape[1], picture.shape[1]), min(y + alpha.shape[0], picture.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    part, own = picture[y0:y1, x0:x1], alpha[y0 - y : y1 - y, x0 - x : x1 - x]
    part[:] = np.round(part * (1 - own) + np.array(colour, np.float32) * own).astype(np.uint8)
