"""Groups of arrays in a folder, each under a hash of everything that decides them.

An entry is one file: a SHA-256 of all that follows, then the arrays as NumPy's .npz, without pickles. An
entry that is damaged or cut off counts as missing, so that it is computed again.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import ConfigError
from mer_ros.files import atomic_write, not_writable

Arrays = Mapping[str, NDArray[Any]]

_DIGEST_BYTES = 32
_DAMAGE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


def cache_folder(name: str) -> Path:
    """Where things are cached if no folder is given: ``$XDG_CACHE_HOME/mer_ros/NAME``, or in ``~/.cache``.

    ConfigError if this user has no home.
    """
    base = os.environ.get("XDG_CACHE_HOME")
    if base:
        return Path(base) / "mer_ros" / name
    try:
        return Path.home() / ".cache" / "mer_ros" / name
    except RuntimeError as error:  # neither HOME nor an entry in the user database
        raise ConfigError(
            f"the user {os.getuid()} has no home folder in which to cache what is measured: give a folder "
            "with --cache."
        ) from error


def hash_of(described: object) -> str:
    """The key of an entry: SHA-256 of a JSON-able description, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class ArrayCache:
    """The entries in a folder, which is created when the first one is stored. suffix: of their files."""

    folder: Path
    suffix: str

    def path(self, key: str) -> Path:
        """The file of an entry."""
        return self.folder / key[:2] / f"{key}{self.suffix}"

    def find(self, key: str) -> Arrays | None:
        """An entry; None if there is none, or if it is damaged."""
        return read_arrays(self.path(key))

    def put(self, key: str, arrays: Arrays) -> None:
        """Store an entry; ConfigError if the folder cannot be written."""
        write_arrays(self.path(key), arrays)


def read_arrays(path: Path) -> dict[str, NDArray[Any]] | None:
    """The arrays of an entry; None if there is none, or if it is damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    content = data[_DIGEST_BYTES:]
    if hashlib.sha256(content).digest() != data[:_DIGEST_BYTES]:
        return None
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as held:
            return dict(held)
    except _DAMAGE:
        return None


def write_arrays(path: Path, arrays: Arrays) -> None:
    """Store the arrays of an entry in one step; ConfigError if the folder cannot be written."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as unfinished:
            unfinished.write_bytes(hashlib.sha256(buffer.getbuffer()).digest() + buffer.getvalue())
    except OSError as error:
        remedy = "choose another folder with --cache"
        raise ConfigError(not_writable(path.parent, error, remedy)) from error
