"""JPEG and PNG pictures in memory: their declared size, and pictures decoded only where they are whole."""

from __future__ import annotations

import io
import struct
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from mer_ros.errors import BadFrame
from mer_ros.limits import MAX_PIXELS

_JPEG_START, _JPEG_END = b"\xff\xd8", b"\xff\xd9"
_PNG_START, _PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB\x60\x82"


def declared_size(data: bytes) -> tuple[int, int]:
    """(width, height) that the header of a JPEG or PNG declares.

    Only the header is read: nothing of the declared size is allocated. BadFrame ``compressed`` without one.
    """
    if data.startswith(_JPEG_START):
        kind: type[JpegImageFile | PngImageFile] = JpegImageFile
    elif data.startswith(_PNG_START):
        kind = PngImageFile
    else:
        raise BadFrame(
            "compressed", f"{len(data)} bytes that are neither JPEG nor PNG: correct the publisher."
        )
    try:
        with kind(io.BytesIO(data)) as picture:
            return picture.size
    except (
        SyntaxError,
        OSError,
        EOFError,
        ValueError,
        IndexError,
        struct.error,
    ) as error:  # what Pillow raises
        raise BadFrame(
            "compressed",
            f"a compressed image of {len(data)} bytes has no usable header: correct the publisher.",
        ) from error


def decode(data: Any, max_pixels: int = MAX_PIXELS) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 BGR of a JPEG or PNG. data: any buffer of bytes.

    BadFrame ``too_large`` if it declares more than ``max_pixels``, ``compressed`` if it is cut off or no
    image. The end of the file is checked before decoding: decoders fill what is missing, some of them with
    the rest of an earlier image, which would be wrong and a leak.
    """
    raw = bytes(data)
    width, height = declared_size(raw)
    if width < 1 or height < 1 or width * height > max_pixels:
        raise BadFrame(
            "too_large",
            f"the compressed image claims {width}x{height}; max_pixels is {max_pixels}: send less.",
        )
    ending = _JPEG_END if raw.startswith(_JPEG_START) else _PNG_END
    if not raw.rstrip(b"\x00").endswith(ending):  # some cameras pad with zeros
        raise BadFrame(
            "compressed", f"a compressed image of {len(raw)} bytes is cut off: the end marker is missing."
        )
    # turned by EXIF its rows would be the camera's columns, and its size not the one that was judged
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    image = cv2.imdecode(np.frombuffer(raw, np.uint8), flags)
    if image is None or image.shape[:2] != (height, width):
        raise BadFrame("compressed", f"a compressed image of {len(raw)} bytes could not be decoded.")
    return image
