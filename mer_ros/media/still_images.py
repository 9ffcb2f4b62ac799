"""JPEG, PNG and WebP images in memory: reads the size in their header, and decodes complete ones."""

from __future__ import annotations

import io
import struct

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from mer_ros.errors import BadFrame
from mer_ros.limits import MAX_PIXELS
from mer_ros.media.image_end import JPEG_START, PNG_START, blank_before, end_of_image, is_webp
from mer_ros.types import Buffer

_MAX_HEADER_BYTES = 256 * 1024  # of a camera image; Pillow skips padding in a header at 3 to 10 MB/s
_PILLOW_ERRORS = (SyntaxError, OSError, EOFError, ValueError, IndexError, struct.error)  # of a broken header


def declared_size(data: bytes) -> tuple[int, int]:
    """(width, height) in pixels from the header of a JPEG, PNG or WebP.

    Only the header is read, and no image is allocated: 0.02 ms, where decoding 640x480 takes 1 ms. BadFrame
    ``compressed`` if the header is invalid.
    """
    if is_webp(data):
        return _webp_size(data)
    if data.startswith(JPEG_START):
        kind: type[JpegImageFile | PngImageFile] = JpegImageFile
    elif data.startswith(PNG_START):
        kind = PngImageFile
    else:
        raise BadFrame(
            "compressed", f"the {len(data)} bytes are neither JPEG, PNG nor WebP: correct the publisher."
        )
    try:
        with kind(io.BytesIO(data)) as picture:
            return picture.size
    except _PILLOW_ERRORS as error:
        raise _no_header(data) from error


def _webp_size(data: bytes) -> tuple[int, int]:
    """(width, height) of a WebP image from the header of its first chunk (RFC 9649, 2.5 to 2.7)."""
    kind = data[12:16]
    if len(data) < 30:
        raise _no_header(data)
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise _no_header(data)


def _no_header(data: bytes) -> BadFrame:
    return BadFrame(
        "compressed",
        f"a compressed image of {len(data)} bytes has no valid header: correct the publisher.",
    )


def decode(data: Buffer, max_pixels: int = MAX_PIXELS) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 BGR; see ``decode_counted``."""
    return decode_counted(data, max_pixels)[0]


def decode_counted(data: Buffer, max_pixels: int = MAX_PIXELS) -> tuple[NDArray[np.uint8], int]:
    """(H, W, 3) uint8 BGR of a JPEG, PNG or WebP, and the number of bytes that do not belong to it.

    data: any buffer of bytes. Blanks before the image are ignored, and so is everything behind it, as left
    in a buffer by an earlier image; zeros are not counted. EXIF orientation is ignored.

    BadFrame ``too_large`` if the header declares more than ``max_pixels``; ``compressed`` if the data is
    truncated, cannot be decoded, or has a header of more than 256 KiB. The end is found before decoding,
    because decoders fill in missing rows, some with rows of an earlier image, which would be wrong and
    disclose that image.
    """
    buffer = bytes(data)
    raw = buffer[blank_before(buffer) :]
    width, height = declared_size(raw[:_MAX_HEADER_BYTES])
    if width * height > max_pixels:
        raise BadFrame(
            "too_large",
            f"the compressed image has {width}x{height} pixels, more than max_pixels = {max_pixels}: "
            "send smaller images or raise the parameter.",
        )
    end = end_of_image(raw)
    if end is None:
        raise BadFrame(
            "compressed",
            f"a compressed image of {len(raw)} bytes is truncated (no end marker): correct the publisher.",
        )
    # Rotation by EXIF could swap width and height, so that the size is not the one checked above.
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    image = cv2.imdecode(np.frombuffer(raw, np.uint8, end), flags)
    if image is None or image.shape[:2] != (height, width):
        raise BadFrame(
            "compressed",
            f"a compressed image of {len(raw)} bytes could not be decoded: correct the publisher.",
        )
    outside = buffer[: len(buffer) - len(raw)] + raw[end:]
    return np.asarray(image, np.uint8), len(outside.strip(b"\x00"))
