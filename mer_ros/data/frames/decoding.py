"""The pictures of one clip, decoded: image files of any format that OpenCV reads, or part of a video."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.frames.folders import ClipFrames
from mer_ros.data.frames.video_frames import read_video_frames
from mer_ros.errors import DataError
from mer_ros.limits import MAX_PIXELS

MOST_FRAMES = 96
"""Most frames of a clip that are decoded; longer clips are read at even intervals, with the apex."""


class DecodedFrames(Sequence[NDArray[np.uint8]]):
    """The frames of a clip from onset to offset, (H, W, 3) uint8 BGR; image files are decoded on access.

    Grey pictures get three equal channels, 16 bits are reduced to 8, the EXIF orientation is applied. apex:
    index of the apex among them, None if it is unknown. Raises DataError for a picture that cannot be decoded
    or has another size.
    """

    def __init__(self, clip: ClipFrames) -> None:
        wanted = kept_frames(len(clip.numbers), clip.apex)
        self.apex = None if clip.apex is None else wanted.index(clip.apex)
        self._paths = [] if clip.is_video else [clip.paths[i] for i in wanted]
        self._images = read_video_frames(clip.paths[0], clip.numbers, wanted) if clip.is_video else []
        self._last: tuple[int, NDArray[np.uint8]] | None = None
        self._shape: tuple[int, ...] = ()

    def __len__(self) -> int:
        """Number of frames."""
        return len(self._images or self._paths)

    def __getitem__(self, i: Any) -> Any:
        """The i-th frame."""
        if self._last is None or self._last[0] != i:
            self._last = i, self._images[i] if self._images else decoded(self._paths[i])
        image = self._last[1]
        self._shape = self._shape or image.shape
        if image.shape != self._shape:
            sizes = " and ".join(f"{shape[1]}x{shape[0]}" for shape in (self._shape, image.shape))
            raise DataError(f"its frames have different sizes, {sizes}: give frames of one size")
        return image


def kept_frames(n: int, apex: int | None) -> list[int]:
    """Indices of the frames to decode: all, or MOST_FRAMES evenly spaced ones and the apex."""
    kept = np.linspace(0, n - 1, min(n, MOST_FRAMES)).round().astype(int).tolist()
    return sorted({*kept, apex} if apex is not None else set(kept))


def decoded(path: Path) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 BGR of an image file; DataError if it cannot be decoded."""
    try:
        data = np.fromfile(path, np.uint8)
    except OSError as error:
        raise DataError(f"{path.name!r} cannot be read ({error.strerror})") from error
    image = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if image is None:
        raise DataError(f"{path.name!r} is no picture that can be decoded")
    if image.shape[0] * image.shape[1] > MAX_PIXELS:
        raise DataError(f"{path.name!r} has {image.shape[1]}x{image.shape[0]} pixels, too many")
    return np.asarray(image, np.uint8)
