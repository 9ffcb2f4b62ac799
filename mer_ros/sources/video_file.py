"""A recording as a source: a video file, a folder of pictures, or numbered pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from mer_ros.errors import ConfigError
from mer_ros.media import names
from mer_ros.sources.source import Source, SourceOptions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mer_ros.media.recording import Recording


class VideoFileSource:
    """Reads a recording at its own times, or at the frame rate of the options. name: its path or pattern.

    See ``VideoSource`` and ``media.recording.Recording``.
    """

    live, format = False, ""

    def __init__(self, name: str, options: SourceOptions) -> None:
        self._recording, _ = _opened(name, options)
        self.fps = self._recording.fps

    @property
    def warnings(self) -> Sequence[str]:
        """See ``VideoSource``."""
        return self._recording.warnings

    def timed_frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Every readable frame, from the first."""
        return self._recording.timed_frames()

    def close(self) -> None:
        """Do nothing: the file is open only while it is read."""


def check_path(name: str) -> None:
    """Raise ConfigError unless a name is the path of a file, or of a folder or pattern with pictures."""
    names.refuse_url(name)
    path = Path(os.path.expanduser(name))
    if names.is_picture_sequence(path):
        names.numbered_pictures(path)
    elif not path.is_file():
        raise ConfigError(
            f"the video file '{name}' does not exist: give an existing one, as file:/path/to/video.mp4."
        )


def _opened(name: str, options: SourceOptions) -> tuple[Recording, NDArray[np.uint8]]:
    """A recording and its first image; ConfigError or DataError if it cannot be read or is a single image."""
    check_path(name)
    from mer_ros.media.recording import open_recording

    recording = open_recording(name, options.fps)
    first = [image for _, image in islice(recording.timed_frames(), 2)]
    if len(first) < 2:
        raise ConfigError(
            f"'{name}' has a single readable image, which shows no movement: give a video, or a folder with "
            "the pictures of one and fps."
        )
    return recording, first[0]


def image_size(name: str, options: SourceOptions) -> tuple[int, int]:
    """(width, height) of the first image of a recording, pixels; raises what opening it raises."""
    _, image = _opened(name, options)
    height, width = image.shape[:2]
    return width, height


def count_frames(name: str, options: SourceOptions) -> int:
    """Number of frames that a video shows, or of the pictures of a sequence; some may be unreadable."""
    check_path(name)
    path = Path(os.path.expanduser(name))
    if names.is_picture_sequence(path):
        return len(names.numbered_pictures(path))
    from mer_ros.media import video_file

    return video_file.count_frames(path)


def is_path(text: str) -> bool:
    """Whether a text is a path: of something that exists, or one with a slash.

    A text with a colon before the first slash could name a kind of source that does not exist, so it is a
    path only if the file exists.
    """
    path = Path(os.path.expanduser(text))
    if text and (path.exists() or names.is_picture_sequence(path)):
        return True
    return "/" in text and ":" not in text.partition("/")[0]


SOURCE = Source(
    forms=("file:PATH",),
    open=VideoFileSource,
    direct=True,
    ends=True,
    uses=("fps", "rate", "wait_for_subscribers"),
    check=check_path,
    image_size=image_size,
    resolve=os.path.expanduser,
    count=count_frames,
    matches=is_path,
)
