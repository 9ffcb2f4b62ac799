"""The aligned crops of the last seconds, for events that are decided after they have ended."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.types import ClipFrame

_MIN_INTERVAL_NS = 9_000_000  # a crop takes 48 KiB; 100 per second are enough to choose from
_QUIET_S = 2.4  # crops are kept this long while nothing moves: no onset lies further in the past
_MAX_CLIP_FRAMES = 32


@dataclass(frozen=True, eq=False)
class Crop:
    """One face in one frame.

    image: (S, S, 3) uint8 BGR aligned crop; from_image: (2, 3) float32 affine from the image to the crop;
    roi_xywh: box of the face, image pixels.
    """

    stamp_ns: int
    image: NDArray[np.uint8]
    from_image: NDArray[np.float32]
    roi_xywh: tuple[int, int, int, int]


class CropHistory:
    """Crops of one face in order of time."""

    def __init__(self) -> None:
        self._crops: deque[Crop] = deque()

    @property
    def last(self) -> Crop | None:
        """The newest crop, None if there is none."""
        return self._crops[-1] if self._crops else None

    def add(self, crop: Crop) -> None:
        """Keep the next crop, unless it is less than 9 ms newer than the last one."""
        if not self._crops or crop.stamp_ns - self._crops[-1].stamp_ns >= _MIN_INTERVAL_NS:
            self._crops.append(crop)

    def forget_old(self, now_ns: int) -> None:
        """Drop the crops that no later event can need; call it only while nothing moves."""
        while self._crops and (now_ns - self._crops[0].stamp_ns) * 1e-9 > _QUIET_S:
            self._crops.popleft()

    def clear(self) -> None:
        """Forget all crops."""
        self._crops.clear()

    def nearest(self, stamp_ns: int) -> Crop:
        """The crop closest to a stamp; the history must not be empty."""
        return min(self._crops, key=lambda crop: abs(crop.stamp_ns - stamp_ns))

    def clip(self, onset_ns: int, offset_ns: int) -> tuple[ClipFrame, ...]:
        """At most 32 evenly spaced crops between two stamps; empty if none is left."""
        inside = [crop for crop in self._crops if onset_ns <= crop.stamp_ns <= offset_ns]
        if not inside:
            return ()
        chosen = np.unique(np.linspace(0, len(inside) - 1, _MAX_CLIP_FRAMES).round().astype(int))
        return tuple(ClipFrame(inside[i].image, inside[i].stamp_ns) for i in chosen)
