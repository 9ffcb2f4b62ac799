"""Preparation of a clip for a descriptor: checks, motion magnification, interpolation to a number of frames.

Magnification precedes interpolation, as in Li et al., "Towards Reading Hidden Emotions" (IEEE Transactions on
Affective Computing 9(4), 2018).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import InputError, quantity, require
from mer_ros.recognition.lbp.tim import interpolate

Clip = NDArray[np.uint8 | np.float32]
"""(T, H, W) grey frames, oldest first, in any range: only the order of values matters."""

MAX_VALUE = 1e30
"""Larger values are invalid and would overflow in the magnification."""


@dataclass(frozen=True)
class ClipConfig:
    """Preparation of a clip.

    frames: number of frames after interpolation (TIM); 0 for no interpolation. magnification: factor on the
    difference between each frame and the first; 1 for no magnification.
    """

    frames: int = 0
    magnification: float = 1.0

    def __post_init__(self) -> None:
        """Raise ConfigError for values out of range."""
        require(
            self.frames == 0 or 2 <= self.frames <= 1000, f"'frames' is {self.frames}: give 0, or 2 to 1000."
        )
        require(1 <= self.magnification <= 100, f"'magnification' is {self.magnification}: give 1 to 100.")

    def prepare(self, clip: Clip) -> Clip:
        """The prepared clip, contiguous; InputError for a clip that cannot be used."""
        check(clip)
        if self.magnification != 1:
            clip = magnify(clip, self.magnification)
        if self.frames:
            clip = interpolate(clip, self.frames)
        return np.ascontiguousarray(clip)


def check(clip: Clip) -> None:
    """Raise InputError for wrong axes or dtype, fewer than two frames, or values that are not finite."""
    if not isinstance(clip, np.ndarray) or clip.ndim != 3:
        found = f"has shape {clip.shape}" if isinstance(clip, np.ndarray) else f"is {type(clip).__name__}"
        raise InputError(f"A clip must be a (T, H, W) array, but this one {found}: stack grey frames.")
    if clip.dtype not in (np.uint8, np.float32):
        raise InputError(
            f"A clip must be uint8 or float32, but this one is {clip.dtype}: convert its frames."
        )
    if len(clip) < 2:
        raise InputError(
            f"The clip has {quantity(len(clip), 'frame')}, too few for a movement: use two or more."
        )
    limit = np.float32(MAX_VALUE)
    if clip.size and not (clip.min() >= -limit and clip.max() <= limit):  # also if there is a NaN
        n = np.count_nonzero(~(np.abs(clip) <= limit))
        raise InputError(
            f"The clip contains NaN or values beyond +-{MAX_VALUE:g}, {n} of {clip.size} in all: remove or "
            "repair those frames."
        )


def magnify(clip: Clip, factor: float) -> NDArray[np.float32]:
    """(T, H, W) float32 frames: first + factor * (frame - first), not clipped to a range.

    The linear part of Eulerian magnification (Wu et al., "Eulerian Video Magnification", ACM TOG 31(4),
    2012), with the first frame as the reference and without the paper's spatial pyramid and temporal
    band-pass [ours], so sensor noise grows by the same factor. The sign of each pixel's change from the first
    frame is preserved: codes that compare a pixel with itself over time hardly change, codes that compare
    different pixels do.

    >>> magnify(np.uint8([100, 101, 99]).reshape(3, 1, 1), factor=10).ravel().tolist()  # (T, 1, 1)
    [100.0, 110.0, 90.0]
    """
    first = clip[0].astype(np.float32)
    out = clip.astype(np.float32)
    out -= first
    out *= np.float32(factor)
    out += first
    return out
