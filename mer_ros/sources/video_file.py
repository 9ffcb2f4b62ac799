"""A video file as a source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mer_ros.errors import ConfigError
from mer_ros.sources.source import Source, SourceOptions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class VideoFileSource:
    """Reads a video file at its own frame rate. name: its path. See ``VideoSource``."""

    live = False

    def __init__(self, name: str, options: SourceOptions) -> None:
        check_path(name)
        from mer_ros.media.video import VideoReader

        self._video = VideoReader(name, options.fps)
        self.fps = self._video.fps

    def frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Every frame, from the first."""
        return self._video.frames()

    def close(self) -> None:
        """Release the file."""
        self._video.close()


def check_path(name: str) -> None:
    """Raise ConfigError unless a name is the path of a file."""
    if not Path(name).is_file():
        raise ConfigError(
            f"the video file '{name}' does not exist: give an existing one, as file:/path/to/video.mp4."
        )


def is_path(text: str) -> bool:
    """Whether a text is the path of an existing file, or contains a slash and no colon."""
    return Path(text).is_file() or ("/" in text and ":" not in text)


SOURCE = Source(
    forms=("file:PATH",),
    open=VideoFileSource,
    direct=True,
    check=check_path,
    matches=is_path,
)
