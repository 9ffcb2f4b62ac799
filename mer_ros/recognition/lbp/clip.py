"""Preparation of a clip for a descriptor: checks, motion magnification, interpolation to a number of frames.

Order: magnification, then interpolation, as in Li et al., "Towards Reading Hidden Emotions" (IEEE
Transactions on Affective Computing 9(4), 2018).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.errors import InputError, require
from mer_ros.recognition.lbp.tim import interpolate

Clip = NDArray[np.uint8 | np.float32]
"""(T, H, W) grey frames, oldest first, of any range: only the order of values matters."""

MAX_VALUE = 1e30
"""Larger values have no meaning, and would overflow when they are magnified."""


@dataclass(frozen=True)
class ClipConfig:
    """Preparation of a clip.

    frames: number of frames after interpolation (TIM); 0 for none. magnification: factor on the difference of
    every frame from the first; 1 for none.
    """

    frames: int = 0
    magnification: float = 1.0

    def __post_init__(self) -> None:
        """Refuse settings without meaning."""
        require(
            self.frames == 0 or 2 <= self.frames <= 1000, f"'frames' is {self.frames}: give 0, or 2 to 1000."
        )
        require(1 <= self.magnification <= 100, f"'magnification' is {self.magnification}: give 1 to 100.")

    def prepare(self, clip: Clip) -> Clip:
        """The prepared clip, contiguous; InputError for one that cannot be used."""
        check(clip)
        if self.magnification != 1:
            clip = magnify(clip, self.magnification)
        if self.frames:
            clip = interpolate(clip, self.frames)
        return np.ascontiguousarray(clip)


def check(clip: Clip) -> None:
    """InputError for wrong axes or dtype, fewer than two frames, or values that are not finite."""
    if not isinstance(clip, np.ndarray) or clip.ndim != 3:
        found = f"has shape {clip.shape}" if isinstance(clip, np.ndarray) else f"is {type(clip).__name__}"
        raise InputError(f"A clip must be a (T, H, W) array, but this one {found}: stack grey frames.")
    if clip.dtype not in (np.uint8, np.float32):
        raise InputError(
            f"A clip must be uint8 or float32, but this one is {clip.dtype}: convert its frames."
        )
    if len(clip) < 2:
        raise InputError(f"The clip has {len(clip)} frame(s), too few for a movement: send two or more.")
    if clip.size and not (clip.min() >= -MAX_VALUE and clip.max() <= MAX_VALUE):  # also if there is a NaN
        found = (
            f"{np.count_nonzero(~(np.abs(clip) <= MAX_VALUE))} values that are NaN or beyond {MAX_VALUE:g}"
        )
        raise InputError(f"The clip holds {found}: leave out or repair those frames.")


def magnify(clip: Clip, factor: float) -> NDArray[np.float32]:
    """Frames as first + factor * (frame - first), (T, H, W) float32, not clipped to a range.

    The linear part of Eulerian magnification (Wu et al., "Eulerian Video Magnification", ACM TOG 31(4),
    2012), with the first frame as what stands still and without the paper's spatial pyramid and temporal
    band-pass [ours]: sensor noise grows by the same factor. At one pixel it keeps the sign of every change
    against the first frame, so codes that compare a pixel with itself over time hardly change; those that
    compare different pixels do.
    """
    first = clip[0].astype(np.float32)
    out = clip.astype(np.float32)
    out -= first
    out *= np.float32(factor)
    out += first
    return out
