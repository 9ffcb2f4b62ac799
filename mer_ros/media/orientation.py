"""The orientation of images: turns by quarter circles, and mirror images."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Orientation:
    """One of the eight orientations of an image.

    transposed: rows and columns are exchanged first. flip_x, flip_y: then the order of the columns, and of
    the rows, is reversed.

    Example: a row of two pixels, turned by 90 degrees clockwise, is a column.

    >>> Orientation.clockwise(90).apply(np.array([[[1], [2]]], np.uint8)).ravel().tolist()
    [1, 2]
    """

    transposed: bool = False
    flip_x: bool = False
    flip_y: bool = False

    TURNS: ClassVar[tuple[int, ...]] = (0, 90, 180, 270)

    @classmethod
    def clockwise(cls, degrees: int) -> Orientation:
        """The orientation that turns an image clockwise by one of ``TURNS``."""
        return {
            0: cls(),
            90: cls(transposed=True, flip_x=True),
            180: cls(flip_x=True, flip_y=True),
            270: cls(transposed=True, flip_y=True),
        }[degrees]

    @classmethod
    def from_matrix(cls, matrix: Iterable[int]) -> Orientation:
        """The orientation nearest to the transformation matrix of a video track.

        matrix: (9,) row by row, as in the track header of MP4 (ISO/IEC 14496-12, 8.3.2): pixel (x, y) is
        shown at x' = a x + c y, y' = b x + d y, where a, b are the first and c, d the fourth and fifth value.
        """
        a, b, _, c, d, *_ = (int(value) for value in matrix)
        if abs(b) > abs(a):
            return cls(transposed=True, flip_x=c < 0, flip_y=b < 0)
        return cls(flip_x=a < 0, flip_y=d < 0)

    def apply(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The image, (H, W, C) uint8, in this orientation; the same array if nothing changes."""
        if self.transposed:
            image = np.asarray(cv2.transpose(image), np.uint8).reshape(*image.shape[1::-1], *image.shape[2:])
        if self.flip_x or self.flip_y:
            code = -1 if self.flip_x and self.flip_y else int(self.flip_x)
            image = np.asarray(cv2.flip(image, code), np.uint8).reshape(image.shape)
        return image
