"""Checks of the first bytes of a checkpoint file, before a library reads it."""

from __future__ import annotations

import json
import struct
from pathlib import Path

from mer_ros.errors import CheckpointError

MAX_HEADER_BYTES = 4_000_000
"""Maximum size of the header; with some hundred tensors it has about 20 kB."""


def check_header(path: Path) -> None:
    """Raise CheckpointError unless the header and the size of ``path`` are those of a safetensors file."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(512)
            problem = _foreign(start) or _header_problem(start, size)
            header = b"" if problem else file.read(max(0, _length(start) + 8 - len(start)))
    except OSError as error:
        reason = error.strerror or error
        raise CheckpointError(
            f"The model file {path} cannot be read ({reason}): check the path, or train one with 'mer train'."
        ) from error
    problem = problem or _content_problem((start + header)[8 : 8 + _length(start)], size - 8 - _length(start))
    if problem:
        raise CheckpointError(f"{path} is not a checkpoint: {problem}.")


def _foreign(start: bytes) -> str:
    """Problem with a file of another known kind, and what to do; "" for unknown kinds."""
    text = start.lstrip().lower()
    if text.startswith(b"version https://git-lfs"):
        return "it is a Git LFS pointer; fetch the file itself with 'git lfs pull'"
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<head")):
        return "it is a web page; download the file itself"
    zipped = start.startswith(b"PK\x03\x04")
    pickled = len(start) > 8 and start[0] == 0x80 and 2 <= start[1] <= 5 and start[8:9] != b"{"
    if zipped or pickled:
        return "it is a pickle, which can run code and is never read; convert it to safetensors"
    return ""


def _length(start: bytes) -> int:
    return int(struct.unpack("<Q", start[:8])[0]) if len(start) >= 8 else 0


def _header_problem(start: bytes, size: int) -> str:
    length = _length(start)
    if size < 10:
        return f"it has only {size} bytes; fetch or train it again"
    if start[8:9] != b"{" or length < 2:
        return "it does not start like a safetensors file; use a file written by 'mer train'"
    if length > MAX_HEADER_BYTES:
        return f"its header claims {length} bytes, more than {MAX_HEADER_BYTES}; fetch or train it again"
    if length + 8 > size:
        return f"it is truncated within its header ({size} bytes); fetch or train it again"
    return ""


def _content_problem(header: bytes, data_size: int) -> str:
    """Check the JSON header (bytes) against the size of the data that follows it."""
    try:
        entries = json.loads(header)
        ends = [entry["data_offsets"][1] for name, entry in entries.items() if name != "__metadata__"]
        expected = max(ends, default=0)
        if not isinstance(expected, int):
            raise TypeError(f"an offset is {expected!r}")
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        return f"its header is invalid ({type(error).__name__}); fetch or train it again"
    if data_size < expected:
        return f"it is truncated ({data_size} of {expected} bytes of weights); fetch or train it again"
    if data_size > expected:
        return f"it has {data_size - expected} bytes more than its header declares; fetch or train it again"
    return ""
