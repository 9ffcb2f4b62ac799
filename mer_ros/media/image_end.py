"""Where an encoded image ends in a buffer: its segments or chunks are walked, and nothing is decoded."""

from __future__ import annotations

import re

JPEG_START = b"\xff\xd8"
PNG_START = b"\x89PNG\r\n\x1a\n"

_BLANK = b" \t\r\n\x00"
_END_OF_IMAGE = 0xD9
_START_OF_IMAGE = 0xD8
_STANDALONE = (0x01, *range(0xD0, 0xD8))  # JPEG markers without a length
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # in a scan: neither a stuffed 0xFF nor a restart marker


def is_webp(data: bytes) -> bool:
    """Whether the data starts as a WebP image does."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def blank_before(data: bytes) -> int:
    """Number of blanks, line ends and zeros at the start of a buffer."""
    return len(data) - len(data.lstrip(_BLANK))


def end_of_image(data: bytes) -> int | None:
    """Number of bytes of the JPEG, PNG or WebP at the start of a buffer; None if it is cut off.

    Example: a JPEG without content, with a line end behind it.

    >>> end_of_image(bytes.fromhex("ffd8 ffd9 0d0a"))
    4
    """
    if data.startswith(JPEG_START):
        return _end_of_jpeg(data)
    if data.startswith(PNG_START):
        return _end_of_png(data)
    if is_webp(data):
        return _end_of_webp(data)
    return None


def _end_of_jpeg(data: bytes) -> int | None:
    """Walk the segments (ITU-T T.81, B.1.1) up to the end marker."""
    at = len(JPEG_START)
    while found := _MARKER.search(data, at):  # decoders skip what lies between two segments
        at, marker = found.end(), data[found.end() - 1]
        if marker == _END_OF_IMAGE:
            return at
        if marker == _START_OF_IMAGE:
            return None  # another image begins before this one has ended
        if marker in _STANDALONE:
            continue
        if at + 2 > len(data):
            return None
        at += int.from_bytes(data[at : at + 2], "big")  # of a scan: its header
    return None


def _end_of_webp(data: bytes) -> int | None:
    """Walk the chunks (WebP container specification, RIFF) up to the end of the container."""
    size = int.from_bytes(data[4:8], "little")
    at, end = 12, 8 + size + size % 2
    while at + 8 <= min(end, len(data)) and data[at : at + 4].strip(b"\0"):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + length + length % 2
    return end if at == end <= len(data) else None


def _end_of_png(data: bytes) -> int | None:
    """Walk the chunks (PNG, third edition, 5.3) up to IEND."""
    at = len(PNG_START)
    while at + 12 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        at += 12 + length
        if kind == b"IEND":
            return at if at <= len(data) else None
    return None
