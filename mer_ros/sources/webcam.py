"""A webcam of this machine as a source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mer_ros.errors import ConfigError
from mer_ros.sources.source import DEFAULT_FPS, Source, SourceOptions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class WebcamSource:
    """Reads a webcam. name: the path of its device. See ``VideoSource``."""

    live = True
    warnings = ()

    def __init__(self, name: str, options: SourceOptions) -> None:
        if not Path(name).exists() or Path(name).is_dir():
            raise ConfigError(f"there is no camera at '{name}': connect one, or give a video as file:PATH.")
        from mer_ros.media.webcam import WebcamReader

        self._webcam = WebcamReader(name, options.size_wh, options.fps or DEFAULT_FPS)
        self.fps = self._webcam.fps

    def timed_frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Every frame from now on, until the camera delivers no more."""
        return self._webcam.timed_frames()

    def close(self) -> None:
        """Release the device."""
        self._webcam.close()


def device_path(name: str) -> str:
    """/dev/videoN for a number N, else the path as written."""
    return f"/dev/video{name}" if name.isdigit() else name


def is_device_path(text: str) -> bool:
    """Whether a text is a path below /dev."""
    return text.startswith("/dev/")


SOURCE = Source(
    forms=("device:PATH", "device:NUMBER"),
    open=WebcamSource,
    direct=True,  # and no check: the camera may be connected later
    resolve=device_path,
    matches=is_device_path,
)
