"""Reads and writes serialised image messages without further copies of their pixels.

The typed message of rclpy costs more of them: at 640x480, 0.1 ms to read one and 1.8 ms to write one. The
format is plain CDR (OMG formal/2002-06-51, 15.3; DDS-XTypes 7.4.1): four bytes, of which the second gives the
byte order, then the fields in the order of the .msg file, each aligned to its own size.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import BadFrame


@dataclass(frozen=True, eq=False)
class WireImage:
    """Fields of a sensor_msgs/Image. stamp_ns: header.stamp, ns. data: a view of the message."""

    stamp_ns: int
    frame_id: str
    height: int
    width: int
    encoding: str
    is_bigendian: int
    step: int
    data: memoryview


@dataclass(frozen=True, eq=False)
class WireCompressed:
    """Fields of a sensor_msgs/CompressedImage. stamp_ns: header.stamp, ns. data: a view of the message."""

    stamp_ns: int
    frame_id: str
    format: str
    data: memoryview


def read_image(message: bytes) -> WireImage:
    """Read a serialised sensor_msgs/Image; BadFrame ``short_data`` if it is truncated or not plain CDR."""
    reader = _CdrReader(message)
    stamp_ns, frame_id = reader.header()
    height, width = reader.number("I"), reader.number("I")
    encoding, is_bigendian, step = reader.text(), reader.number("B"), reader.number("I")
    return WireImage(stamp_ns, frame_id, height, width, encoding, is_bigendian, step, reader.octets())


def read_compressed(message: bytes) -> WireCompressed:
    """Read a serialised sensor_msgs/CompressedImage; BadFrame ``short_data`` as in ``read_image``."""
    reader = _CdrReader(message)
    stamp_ns, frame_id = reader.header()
    return WireCompressed(stamp_ns, frame_id, reader.text(), reader.octets())


def write_image(picture: NDArray[np.uint8], stamp_ns: int, frame_id: str) -> bytes:
    """The serialised sensor_msgs/Image, encoding bgr8, of (H, W, 3) uint8 BGR; little-endian."""
    height, width = picture.shape[:2]
    name = frame_id.encode() + b"\0"
    head = struct.pack("<iII", *divmod(stamp_ns, 1_000_000_000), len(name)) + name
    head += bytes(-len(head) % 4) + struct.pack("<III", height, width, 5) + b"bgr8\0"
    head += b"\0"  # is_bigendian
    head += bytes(-len(head) % 4) + struct.pack("<II", 3 * width, 3 * width * height)
    return b"".join((b"\0\1\0\0", head, np.ascontiguousarray(picture).data))


class _CdrReader:
    """Reads the fields of one message in order. Alignment is relative to the end of the first four bytes."""

    def __init__(self, message: bytes) -> None:
        self._bytes = memoryview(message)[4:]
        if len(message) < 4 or message[1] > 1:
            raise BadFrame(
                "short_data", f"a message of {len(message)} bytes is not plain CDR: correct the driver."
            )
        self._order = "<" if message[1] else ">"
        self._at = 0

    def number(self, kind: str) -> int:
        """Read one integer. kind: its ``struct`` format character."""
        size = struct.calcsize(kind)
        at = -(-self._at // size) * size
        if at + size > len(self._bytes):
            raise _cut_off(len(self._bytes))
        self._at = at + size
        return int(struct.unpack_from(self._order + kind, self._bytes, at)[0])

    def octets(self) -> memoryview:
        """Read a sequence of octets, or the bytes of a string with its terminating zero."""
        length = self.number("I")
        if self._at + length > len(self._bytes):
            raise _cut_off(len(self._bytes))
        part = self._bytes[self._at : self._at + length]
        self._at += length
        return part

    def text(self) -> str:
        """Read a string."""
        return bytes(self.octets()).rstrip(b"\0").decode("utf-8", "replace")

    def header(self) -> tuple[int, str]:
        """Read a std_msgs/Header: (stamp, ns; frame_id)."""
        seconds, nanoseconds = self.number("i"), self.number("I")
        return seconds * 1_000_000_000 + nanoseconds, self.text()


def _cut_off(length: int) -> BadFrame:
    return BadFrame(
        "short_data", f"a message of {length} bytes ends before its last field: correct the driver."
    )
