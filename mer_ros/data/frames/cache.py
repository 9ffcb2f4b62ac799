"""Measured clips in a folder, each under a hash of its frames and settings.

An entry is one file: a SHA-256 of all that follows, then the arrays as NumPy's .npz, without pickles. A file
that is damaged, cut off or of another version is measured again. The hash covers the path of each frame
below the data folder, its size and its time of change, the annotation, the settings and the version of the
measurement; frames are not read for it, since that would take as long as measuring.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.frames.folders import ClipFrames
from mer_ros.data.frames.measurement import VERSION, MeasuredClip, MeasurementSettings
from mer_ros.errors import ConfigError
from mer_ros.files import atomic_write, not_writable

_DIGEST_BYTES = 32
_DAMAGE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


def default_folder() -> Path:
    """Where clips are cached if no folder is given: ``$XDG_CACHE_HOME/mer_ros/clips``, or in ``~/.cache``.

    ConfigError if this user has no home.
    """
    base = os.environ.get("XDG_CACHE_HOME")
    if base:
        return Path(base) / "mer_ros" / "clips"
    try:
        return Path.home() / ".cache" / "mer_ros" / "clips"
    except RuntimeError as error:  # neither HOME nor an entry in the user database
        raise ConfigError(
            f"the user {os.getuid()} has no home folder in which measured clips could be cached: give a "
            "folder with --cache."
        ) from error


def clip_key(root: Path, clip: ClipFrames, settings: MeasurementSettings) -> str:
    """The name of the entry of a clip; OSError if a frame cannot be found."""
    described = {
        "version": VERSION,
        "numbers": [clip.numbers.start, clip.numbers.stop],
        "apex": clip.apex,
        "settings": asdict(settings),
        "files": [_described(root, path) for path in clip.paths],
    }
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


def _described(root: Path, path: Path) -> tuple[str, int, int]:
    state = path.stat()
    return path.relative_to(root).as_posix(), state.st_size, state.st_mtime_ns


class ClipCache:
    """The entries in a folder, which is created when the first one is stored."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str) -> Path:
        """The file of an entry."""
        return self.folder / key[:2] / f"{key}.clip"

    def find(self, key: str) -> MeasuredClip | None:
        """An entry; None if there is none, or if it is damaged."""
        held = read_arrays(self.path(key))
        if held is None:
            return None
        try:
            return MeasuredClip(
                crops=held["crops"],
                flow=held["flow"],
                apex_image=held["apex_image"],
                apex=int(held["apex"]),
                sequence=held.get("sequence"),
                restarts=int(held["restarts"]),
            )
        except _DAMAGE:
            return None

    def is_whole(self, key: str) -> bool:
        """Whether there is an undamaged entry."""
        return self.find(key) is not None

    def put(self, key: str, clip: MeasuredClip) -> None:
        """Store an entry; ConfigError if the folder cannot be written."""
        held: dict[str, NDArray[Any]] = {"crops": clip.crops, "flow": clip.flow}
        held |= {"apex_image": clip.apex_image, "apex": np.array(clip.apex)}
        held["restarts"] = np.array(clip.restarts)
        if clip.sequence is not None:
            held["sequence"] = clip.sequence
        write_arrays(self.path(key), held)


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


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
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
