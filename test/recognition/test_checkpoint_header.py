"""The first bytes of a checkpoint file: which are accepted, and the errors for the others."""

from __future__ import annotations

import json
import struct

import pytest

from mer_ros.errors import CheckpointError
from mer_ros.recognition.checkpoint_header import MAX_HEADER_BYTES, check_header

X = {"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}
TWO = {"y": {"dtype": "U8", "shape": [3], "data_offsets": [8, 11]}, **X}
MANY = {f"tensor_{i}": {"dtype": "U8", "shape": [1], "data_offsets": [i, i + 1]} for i in range(40)}


def content(header: object, data_size: int = 0, length: int | None = None) -> bytes:
    """A file: the length of the header (or ``length``), the header, ``data_size`` bytes of data."""
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(raw) if length is None else length) + raw + b"\1" * data_size


def padded(header: object, length: int) -> bytes:
    """A header of ``length`` bytes, padded with spaces as safetensors pads them."""
    return json.dumps(header).encode().ljust(length)


@pytest.mark.parametrize(
    "good",
    [
        pytest.param(content({}), id="no tensor"),
        pytest.param(content({"__metadata__": {"a": "b"}}), id="metadata alone"),
        pytest.param(content(X, 8), id="one tensor"),
        pytest.param(content(TWO, 11), id="tensors in another order than their data"),
        pytest.param(
            content({"__metadata__": {"a": "b"}, **MANY}, 40), id="header longer than the first read"
        ),
        # The length 0x280 begins with the bytes 80 02, as a pickle does.
        pytest.param(content(padded(X, 0x280), 8), id="length like the start of a pickle"),
        pytest.param(content(padded(X, MAX_HEADER_BYTES), 8), id="longest header"),
    ],
)
def test_the_header_of_a_safetensors_file_is_accepted(good, tmp_path):
    path = tmp_path / "x.safetensors"
    path.write_bytes(good)
    check_header(path)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (b"", "it has only 0 bytes"),
        (content({})[:9], "it has only 9 bytes"),
        (content(b"{", 9), "it does not start like a safetensors file"),
        (content(X, 8, length=0), "it does not start like"),
        (content(b"[]", 8), "it does not start like"),
        (content(X, 8, length=MAX_HEADER_BYTES + 1), "its header claims 4000001 bytes, more than 4000000"),
        (content(X, 8)[:40], "it is truncated within its header (40 bytes)"),
        (content(X, 8, length=len(content(X, 8)) - 7), "it is truncated within its header"),
        (content(X, 7), "it is truncated (7 of 8 bytes of weights)"),
        (content(TWO, 8), "it is truncated (8 of 11 bytes of weights)"),
        (content(X, 9), "it has 1 bytes more than its header declares"),
        (content({}, 1), "it has 1 bytes more"),
        (content(b'{"x": '), "its header is invalid (JSONDecodeError)"),
        (content(b'{"\xff": 1}'), "its header is invalid (UnicodeDecodeError)"),
        (content({"x": {"dtype": "F32"}}), "its header is invalid (KeyError)"),
        (content({"x": {"data_offsets": [0]}}), "its header is invalid (IndexError)"),
        (content({"x": {"data_offsets": [0, "8"]}}, 8), "its header is invalid (TypeError)"),
        (content({"x": {"data_offsets": [0, 8.0]}}, 8), "its header is invalid (TypeError)"),
        (content({**X, "y": {"data_offsets": [8, "9"]}}, 9), "its header is invalid (TypeError)"),
        (content({"x": [0, 8]}, 8), "its header is invalid (TypeError)"),
        (b"\n  <HTML><body>404</body></HTML>", "it is a web page"),
        (b'<?xml version="1.0"?><Error/>', "it is a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "it is a Git LFS pointer; fetch"),
        (b"PK\x03\x04" + bytes(40), "it is a pickle"),
        (b"\x80\x02}q\x00X\x06\x00\x00\x00weight", "it is a pickle"),
        (b"\x80\x05\x95" + bytes(40), "it is a pickle"),
    ],
)
def test_every_other_file_is_refused_in_one_sentence(bad, says, tmp_path):
    path = tmp_path / "x.safetensors"
    path.write_bytes(bad)
    with pytest.raises(CheckpointError) as caught:
        check_header(path)
    said = str(caught.value)
    assert said.startswith(f"{path} is not a checkpoint: ") and says in said and "\n" not in said
