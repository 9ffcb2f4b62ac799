"""The mode of a webcam: pixel format, image size and frame rate.

Most webcams deliver uncompressed images (YUYV) only as fast as USB 2 permits: 30 frames per second at
640x480, 5 to 10 at 1280x720. The same camera may deliver 60 to 120 frames per second as JPEG images (MJPG).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

COMPRESSED = "MJPG"
"""FOURCC of the pixel format that is tried if that of the driver is too slow."""

_MIN_RATE = 0.95  # of the requested rate; drivers round it


@dataclass(frozen=True)
class WebcamMode:
    """A mode. pixel_format: its FOURCC, such as "YUYV", empty if unknown. size_wh: pixels. fps: its rate."""

    pixel_format: str
    size_wh: tuple[int, int]
    fps: float

    def reaches(self, size_wh: tuple[int, int], fps: float) -> bool:
        """Whether it has the requested size, pixels, and the rate."""
        return self.size_wh == size_wh and self.fps >= _MIN_RATE * fps

    def describe(self, size_wh: tuple[int, int], fps: float) -> str:
        """The mode in words, and what was requested if it is less.

        >>> WebcamMode("YUYV", (640, 480), 30.0).describe((640, 480), 60.0)
        '640x480 at 30 frames per second in YUYV; 640x480 at 60 were requested'
        """
        words = f"{_size(self.size_wh)} at {self.fps:.4g} frames per second"
        words += f" in {self.pixel_format}" if self.pixel_format else ""
        return (
            words if self.reaches(size_wh, fps) else f"{words}; {_size(size_wh)} at {fps:.4g} were requested"
        )


def best_mode(modes: Sequence[WebcamMode], size_wh: tuple[int, int], fps: float) -> WebcamMode:
    """The mode that comes closest to a requested size, pixels, and rate; the size counts more.

    Of two modes with nearly the same rate, the first one is chosen: list uncompressed ones first.
    """
    best = modes[0]
    for mode in modes[1:]:
        larger = (mode.size_wh == size_wh) - (best.size_wh == size_wh)
        faster = min(mode.fps, fps) > min(best.fps, fps) / _MIN_RATE
        if larger > 0 or (larger == 0 and faster):
            best = mode
    return best


def _size(size_wh: tuple[int, int]) -> str:
    return f"{size_wh[0]}x{size_wh[1]}"
