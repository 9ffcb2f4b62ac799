"""Recordings: a video file, a folder of pictures or numbered pictures, read by one interface."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import ConfigError
from mer_ros.media import names

TimedImage = tuple[int, NDArray[np.uint8]]
"""Time since the first frame, ns, and image, (H, W, 3) uint8 BGR."""


class Recording(Protocol):
    """A recording.

    fps: frames per second, measured from the presentation times, or as given. warnings: sentences on what is
    wrong with the recording; the list grows while it is read.
    """

    fps: float
    warnings: list[str]

    def timed_frames(self) -> Iterator[TimedImage]:
        """Every readable frame, from the first, with increasing times.

        Raises DataError if there is none. May be called again, once at a time.
        """
        ...


def open_recording(name: str, fps: float = 0.0) -> Recording:
    """Open a recording; ConfigError if it cannot be read.

    name: path of a video file or of a folder of pictures, or a pattern such as "img%03d.jpg"; it may begin
    with ~ and contain colons. fps: frames per second; 0 uses the presentation times of the video. Pictures
    have none, so they need it.
    """
    names.refuse_url(name)
    path = Path(os.path.expanduser(name))
    if names.is_picture_sequence(path):
        from mer_ros.media.pictures import PictureReader

        return PictureReader(path, fps)
    if not path.is_file():
        raise ConfigError(f"the video file '{name}' does not exist: give an existing one.")
    from mer_ros.compat import need

    need("av")
    from mer_ros.media.video_file import VideoReader

    return VideoReader(path, fps)
