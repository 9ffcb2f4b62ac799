"""The frames of a long video in the folder of a data set: numbered images, or one video file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mer_ros.data.array_cache import hash_of
from mer_ros.data.frames.cache import described_file
from mer_ros.data.frames.decoding import decoded
from mer_ros.errors import DataError, MerError
from mer_ros.media.recording import open_recording

TimedImage = tuple[int, NDArray[np.uint8]]


@dataclass(frozen=True, eq=False)
class NumberedImages:
    """The images of one folder; a frame that is missing keeps its place in time. See ``LongFrames``.

    root: folder of the data set. files: number of each frame and its image, in order.
    """

    root: Path
    files: tuple[tuple[int, Path], ...]
    fps: float

    @property
    def n_frames(self) -> int:
        """Number of frames from the first to the last."""
        return self.files[-1][0] - self.files[0][0] + 1

    def timed_frames(self) -> Iterator[TimedImage]:
        """See ``LongFrames``. DataError for an image that cannot be decoded or has another size."""
        first, shape = self.files[0][0], None
        for number, path in self.files:
            image = decoded(path)
            shape = shape or image.shape
            if image.shape != shape:
                sizes = " and ".join(f"{one[1]}x{one[0]}" for one in (shape, image.shape))
                raise DataError(f"its frames have different sizes, {sizes} ({path.name}): give one size")
            yield round((number - first) / self.fps * 1e9), image

    def described(self) -> object:
        """See ``LongFrames``; the files are looked at once."""
        return {"images": self._state, "fps": self.fps}

    @cached_property
    def _state(self) -> str:
        """Hash of the names, sizes and times of change of all images."""
        return hash_of([(number, *described_file(self.root, path)) for number, path in self.files])


@dataclass(frozen=True, eq=False)
class VideoFrames:
    """A video file whose frames are evenly spaced in time, whatever its header says. See ``LongFrames``."""

    root: Path
    path: Path
    fps: float
    n_frames: int

    def timed_frames(self) -> Iterator[TimedImage]:
        """See ``LongFrames``. DataError if the file cannot be read, or a frame of it is lost."""
        count = 0
        try:
            recording = open_recording(str(self.path), self.fps)
            for time_ns, image in recording.timed_frames():
                count += 1
                yield time_ns, image
        except MerError as error:
            raise DataError(f"{self.path.name!r} cannot be read: {error}") from error
        if count < self.n_frames:  # later frames would have moved in time
            raise DataError(
                f"{self.n_frames - count} of {self.n_frames} frames of {self.path.name!r} are damaged"
            )

    def described(self) -> object:
        """See ``LongFrames``."""
        return {"video": described_file(self.root, self.path), "fps": self.fps}
