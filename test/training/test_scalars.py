"""TensorBoard's event files, read back byte by byte."""

from __future__ import annotations

import struct

import pytest

from mer_ros.errors import ConfigError
from mer_ros.training.scalars import Scalars, crc32c


def test_the_checksum_of_the_standard():
    assert crc32c(b"123456789") == 0xE3069283 and crc32c(b"") == 0  # RFC 3720


def records(data: bytes):
    while data:
        (length,) = struct.unpack("<Q", data[:8])
        body = data[12 : 12 + length]
        for part, at in ((data[:8], 8), (body, 12 + length)):
            crc = crc32c(part)
            (kept,) = struct.unpack("<I", data[at : at + 4])
            assert kept == ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
        yield body
        data = data[16 + length :]


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not data[at - 1] & 0x80:
            return value, at


def fields(data: bytes):
    """(number, value) of a protocol buffer."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        else:
            size = {1: 8, 5: 4}.get(key & 7)
            if size is None:
                size, at = varint(data, at)
            value, at = data[at : at + size], at + size
        yield key >> 3, value


def test_what_is_added_is_there(tmp_path):
    scalars = Scalars(tmp_path / "runs")
    scalars.add(1, {"train/loss": 0.5, "validation/uf1": 0.25})
    scalars.add(300, {"train/loss": 0.125})
    first, *rest = [dict(fields(body)) for body in records(scalars.path.read_bytes())]
    assert first[3] == b"brain.Event:2" and struct.unpack("<d", first[1])[0] > 1e9
    found = []
    for event in rest:
        for _, value in fields(event[5]):
            one = dict(fields(value))
            found.append((event[2], one[1].decode(), struct.unpack("<f", one[2])[0]))
    assert found == [(1, "train/loss", 0.5), (1, "validation/uf1", 0.25), (300, "train/loss", 0.125)]


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="choose another"):
        Scalars(tmp_path / "file" / "runs")
