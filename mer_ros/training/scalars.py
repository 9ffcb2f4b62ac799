"""Scalars over time, as TensorBoard reads them, without TensorBoard: its event files are simple.

A file is a row of records: length (uint64), masked CRC of the length, data, masked CRC of the data, little
endian (TensorFlow's TFRecord; CRC-32C with the mask ((c >> 15 | c << 17) + 0xa282ead8) mod 2^32). The data
are protocol buffers, ``Event {wall_time = 1: double, step = 2: int64, file_version = 3: string,
summary = 5}`` with ``Summary {value = 1: {tag = 1: string, simple_value = 2: float}}``.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Mapping
from pathlib import Path

from mer_ros.errors import ConfigError

_POLYNOMIAL = 0x82F63B78  # CRC-32C (Castagnoli), bits reversed
_MASK = 0xA282EAD8


def _table() -> list[int]:
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (_POLYNOMIAL if byte & 1 else 0)
        table.append(byte)
    return table


_TABLE = _table()


class Scalars:
    """An event file in ``folder``; every line is on disk when ``add`` returns."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"events.out.tfevents.{time.time_ns()}.{os.getpid()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.path.write_bytes(_record(_event(_bytes(3, b"brain.Event:2"))))
        except OSError as error:
            raise ConfigError(
                f"TensorBoard's folder {folder} cannot be written ({error.strerror}): choose another."
            ) from error

    def add(self, step: int, values: Mapping[str, float]) -> None:
        """Values by tag ("loss/train") at a step."""
        summary = b"".join(
            _bytes(1, _bytes(1, tag.encode()) + b"\x15" + struct.pack("<f", value))
            for tag, value in values.items()
        )
        with self.path.open("ab") as file:
            file.write(_record(_event(b"\x10" + _varint(step) + _bytes(5, summary))))


def crc32c(data: bytes) -> int:
    """CRC-32C of some bytes."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def _masked(data: bytes) -> bytes:
    crc = crc32c(data)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + _MASK) & 0xFFFFFFFF)


def _record(data: bytes) -> bytes:
    length = struct.pack("<Q", len(data))
    return length + _masked(length) + data + _masked(data)


def _event(content: bytes) -> bytes:
    return b"\x09" + struct.pack("<d", time.time()) + content


def _bytes(number: int, content: bytes) -> bytes:
    """A field of bytes."""
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
