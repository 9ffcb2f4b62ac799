"""A source whose images are turned, for a camera that is mounted sideways or upside down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from mer_ros.media.orientation import Orientation
from mer_ros.sources.source import VideoSource


class RotatedSource:
    """Another source with its images turned clockwise. degrees: one of ``Orientation.TURNS``."""

    def __init__(self, source: VideoSource, degrees: int) -> None:
        self._source, self._orientation = source, Orientation.clockwise(degrees)
        self.fps, self.live, self.format = source.fps, source.live, source.format

    @property
    def warnings(self) -> Sequence[str]:
        """See ``VideoSource``."""
        return self._source.warnings

    def timed_frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """The turned frames."""
        return ((time, self._orientation.apply(image)) for time, image in self._source.timed_frames())

    def close(self) -> None:
        """Close the other source."""
        self._source.close()
