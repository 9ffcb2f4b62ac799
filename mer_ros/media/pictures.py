"""Sequences of picture files as recordings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import ConfigError, DataError, quantity
from mer_ros.media.names import numbered_pictures


class PictureReader:
    """Reads the pictures of a folder or pattern, see ``names.numbered_pictures``, as a ``Recording``.

    Picture i has the time i / fps; a missing or unreadable one keeps its place. The EXIF orientation is
    applied. ConfigError if fps is 0 or there is no picture.
    """

    def __init__(self, path: Path, fps: float) -> None:
        self._path = path
        self._pictures = numbered_pictures(path)
        if not fps:
            raise ConfigError(
                f"the pictures of '{path}' have no frame rate: give it as fps (--fps 200, for example)."
            )
        self.fps = fps
        self.warnings: list[str] = []

    def timed_frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """See ``Recording``."""
        self.warnings.clear()
        unreadable = []
        for place, path in self._pictures:
            data = np.fromfile(path, np.uint8)
            image = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
            if image is None:
                unreadable.append(path.name)
                continue
            yield round(place * 1e9 / self.fps), np.asarray(image, np.uint8)
        n = len(self._pictures)
        if len(unreadable) == n:
            raise DataError(
                f"none of the {quantity(n, 'picture')} of '{self._path}' can be decoded: give other pictures."
            )
        if unreadable:
            self.warnings.append(
                f"{len(unreadable)} of {n} pictures of '{self._path}' could not be read, the first "
                f"'{unreadable[0]}': they are left out, and the others keep their times."
            )
