"""Where an encoded image ends in a buffer: its segments or chunks are walked, and nothing is decoded.

An image that is cut off may be followed by the rest of an older one in the same buffer, with an end marker of
its own. In a JPEG it is recognised by what cannot stand at that place: the start or a header of another
image, or a scan of components that are there already. Not recognised is the tail of an older scan, which has
no marker but the last one, and in progressive mode the later scans of an older image. In a PNG the decoder
recognises it by the checksum of the chunk.
"""

from __future__ import annotations

import re

JPEG_START = b"\xff\xd8"
PNG_START = b"\x89PNG\r\n\x1a\n"

_BLANK = b" \t\r\n\x00"
_END_OF_IMAGE = 0xD9
_START_OF_IMAGE = 0xD8
_START_OF_SCAN = 0xDA
_NUMBER_OF_LINES = 0xDC
_FRAMES = (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0))
_PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
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
    at, scans = len(JPEG_START), _Scans()
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
        length = int.from_bytes(data[at : at + 2], "big")  # of a scan: of its header
        if not scans.admits(marker, data[at + 2 : at + length]):
            return None
        at += length
    return None


class _Scans:
    """The scans of a JPEG frame so far, and which segment may be next (ITU-T T.81, B.2).

    A frame has one header. Its scans contain each component once; in progressive mode, each band of
    coefficients of a component.
    """

    def __init__(self) -> None:
        self._left: set[int] | None = None  # components without a scan; None before the header of the frame
        self._is_progressive = False
        self._seen: set[bytes] = set()  # headers of progressive scans

    def admits(self, marker: int, content: bytes) -> bool:
        """Whether this segment may be next. content: behind its length."""
        if marker in _FRAMES:
            if self._left is not None:
                return False
            self._left = set(content[6 : 6 + 3 * content[5] : 3]) if len(content) > 5 else set()
            self._is_progressive = marker in _PROGRESSIVE
            return True
        if self._left is not None and not self._left:
            return marker == _NUMBER_OF_LINES
        if marker != _START_OF_SCAN:
            return True
        if self._is_progressive:
            is_new = content not in self._seen
            self._seen.add(content)
            return is_new
        components = set(content[1 : 1 + 2 * content[0] : 2]) if content else set()
        if self._left is None or not components <= self._left:
            return False
        self._left -= components
        return True


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
