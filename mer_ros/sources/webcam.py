"""A webcam of this machine as a source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mer_ros.errors import CameraAbsent, ConfigError
from mer_ros.sources.source import DEFAULT_FPS, Source, SourceOptions, requested_size

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class WebcamSource:
    """Reads a webcam. name: the path of its device; CameraAbsent if it does not open. See ``VideoSource``."""

    live = True
    warnings = ()

    def __init__(self, name: str, options: SourceOptions) -> None:
        check_device(name)
        if not Path(name).exists():
            others = sorted(str(path) for path in Path("/dev").glob("video*"))
            found = ", ".join(others) if others else "none below /dev"
            raise CameraAbsent(
                f"there is no camera at '{name}' (cameras found: {found}): connect one, or give a video as "
                "file:PATH."
            )
        from mer_ros.media.webcam import WebcamReader

        fps = options.fps or DEFAULT_FPS
        self._webcam = WebcamReader(name, options.size_wh, fps)
        self.fps = self._webcam.mode.fps
        self.format = self._webcam.mode.describe(options.size_wh, fps)

    def timed_frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Every frame from now on, until the camera delivers no more."""
        return self._webcam.timed_frames()

    def close(self) -> None:
        """Release the device."""
        self._webcam.close()


def check_device(name: str) -> None:
    """Raise ConfigError for a name that can never be a camera; one that is absent may be connected later."""
    if not name or Path(name).is_dir():
        raise ConfigError(f"there is no camera at '{name}', a folder: give the path of one, as device:0.")


def device_path(name: str) -> str:
    """/dev/videoN for a number N, else the path as written."""
    return f"/dev/video{name}" if name.isdigit() else name


def is_device_path(text: str) -> bool:
    """Whether a text is a path below /dev."""
    return text.startswith("/dev/")


SOURCE = Source(
    forms=("device:PATH", "device:NUMBER"),
    open=WebcamSource,
    direct=True,
    check=check_device,
    image_size=requested_size,
    resolve=device_path,
    matches=is_device_path,
)
