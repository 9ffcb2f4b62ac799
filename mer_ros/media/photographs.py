"""Photographs as people send them: every common format under any name, upright, in eight bits.

Pillow recognises the format by the content of the file. OpenCV reads what Pillow does not, such as TIFF with
16 bits per colour.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from mer_ros.errors import BadFrame, DataError
from mer_ros.media.still_images import declared_size

MOST_PIXELS = 100_000_000
"""Pictures that declare more pixels are refused before they are decoded."""

FORMATS = "JPEG, PNG, WebP, AVIF, TIFF, BMP or GIF"

_BEHIND = (127, 127, 127)
"""Colour that is seen through transparent pixels."""

_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")


def read_photograph(path: Path) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 BGR picture of a file, turned according to its EXIF orientation.

    Transparent pixels are laid over grey; grey, palette, CMYK and 16-bit pictures are converted. The first
    picture of an animation is returned. Raises DataError if the file is no picture, or a damaged one.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(
            f"The photograph {path} cannot be read ({error.strerror}): check the path."
        ) from error
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        raise DataError(f"{path} is a HEIC picture, which cannot be decoded here: save it as JPEG.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about damaged EXIF data and large sizes, which are checked here
            _check_size(data, path)
            picture = Image.open(io.BytesIO(data))
            _check_pixels(*picture.size, path)
            return _bgr(_upright(picture))
    except Image.UnidentifiedImageError:
        opened = False
    except Image.DecompressionBombError as error:
        raise DataError(f"{path} has too many pixels: give an image of at most {MOST_PIXELS:,}.") from error
    except (OSError, SyntaxError, ValueError, EOFError):  # of Pillow, for damaged files
        opened = True
    image = None if opened else _by_opencv(data)
    if image is None:
        found = "is a damaged image" if opened else "is not an image"
        raise DataError(f"{path} {found}: give a complete {FORMATS} file.")
    _check_pixels(image.shape[1], image.shape[0], path)
    return np.asarray(image, np.uint8)


def _upright(picture: Image.Image) -> Image.Image:
    """The picture turned by its EXIF orientation; as it is if its metadata are damaged."""
    picture.load()
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # of Pillow, whose errors for damaged metadata share no base class
        return picture


def _by_opencv(data: bytes) -> NDArray[np.uint8] | None:
    """(H, W, 3) uint8 BGR of a format that Pillow does not know; None if OpenCV does not know it either."""
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    except cv2.error:
        return None
    return None if image is None else np.asarray(image, np.uint8)


def _check_size(data: bytes, path: Path) -> None:
    """Raise DataError if the header of a JPEG, PNG or WebP declares too many pixels."""
    try:
        width, height = declared_size(data)
    except BadFrame:  # another format, or damaged: the decoder decides
        return
    _check_pixels(width, height, path)


def _check_pixels(width: int, height: int, path: Path) -> None:
    if width * height > MOST_PIXELS:
        raise DataError(f"{path} has {width}x{height} pixels: give an image of at most {MOST_PIXELS:,}.")


def _bgr(picture: Any) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 BGR of a Pillow image of any mode."""
    if picture.mode in ("I", "F") or picture.mode.startswith("I;16"):  # grey with more than 8 bits
        grey = np.asarray(picture, np.float64)
        top = 65535.0 if picture.mode != "F" else max(float(grey.max(initial=0.0)), 1e-9)
        eight = np.clip(np.rint(grey * (255.0 / top)), 0, 255).astype(np.uint8)
        return np.asarray(cv2.cvtColor(eight, cv2.COLOR_GRAY2BGR), np.uint8)
    if picture.mode in ("LA", "PA", "La", "RGBA", "RGBa") or "transparency" in picture.info:
        over = picture.convert("RGBA")
        picture = Image.new("RGBA", over.size, (*_BEHIND, 255))
        picture.alpha_composite(over)
    return np.asarray(cv2.cvtColor(np.asarray(picture.convert("RGB"), np.uint8), cv2.COLOR_RGB2BGR), np.uint8)
