"""Measured clips in a folder, each under a hash of its frames and settings (``data.array_cache``).

The hash covers the path of each frame below the data folder, its size and its time of change, the annotation,
the settings and the version of the measurement; frames are not read for it, since that would take as long as
measuring. An entry that is damaged or of another version is measured again.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.array_cache import ArrayCache, cache_folder, hash_of
from mer_ros.data.frames.folders import ClipFrames
from mer_ros.data.frames.measurement import VERSION, MeasuredClip, MeasurementSettings


def default_folder() -> Path:
    """Where clips are cached if no folder is given. ConfigError if this user has no home."""
    return cache_folder("clips")


def clip_key(root: Path, clip: ClipFrames, settings: MeasurementSettings) -> str:
    """The name of the entry of a clip; OSError if a frame cannot be found."""
    return hash_of(
        {
            "version": VERSION,
            "numbers": [clip.numbers.start, clip.numbers.stop],
            "apex": clip.apex,
            "settings": asdict(settings),
            "files": [described_file(root, path) for path in clip.paths],
        }
    )


def described_file(root: Path, path: Path) -> tuple[str, int, int]:
    """Path below the data folder, size and time of change of a file."""
    state = path.stat()
    return path.relative_to(root).as_posix(), state.st_size, state.st_mtime_ns


class ClipCache:
    """The entries in a folder, which is created when the first one is stored."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._arrays = ArrayCache(folder, ".clip")

    def path(self, key: str) -> Path:
        """The file of an entry."""
        return self._arrays.path(key)

    def find(self, key: str) -> MeasuredClip | None:
        """An entry; None if there is none, or if it is damaged."""
        held = self._arrays.find(key)
        try:
            return (
                None
                if held is None
                else MeasuredClip(
                    crops=held["crops"],
                    flow=held["flow"],
                    apex_image=held["apex_image"],
                    apex=int(held["apex"]),
                    sequence=held.get("sequence"),
                    restarts=int(held["restarts"]),
                )
            )
        except KeyError:
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
        self._arrays.put(key, held)
