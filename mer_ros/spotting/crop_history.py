"""The aligned crops of the last seconds, for events that are decided after they have ended."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.face import geometry
from mer_ros.types import ClipFrame

_MIN_INTERVAL_NS = 9_000_000  # a crop takes 48 KiB; 100 per second are enough to choose from
_QUIET_S = 2.4  # crops are kept this long while nothing moves: no onset lies further in the past
_MAX_CLIP_FRAMES = 32
_REST_NS = 70_000_000  # before its onset a face is at rest: that long is averaged
_PEAK_NS = 20_000_000  # and so much on both sides of the apex, where the movement hardly changes


@dataclass(frozen=True, eq=False)
class Crop:
    """One face in one frame.

    image: (S, S, 3) uint8 BGR aligned crop; from_image: (2, 3) float32 affine from the image to the crop;
    registered_from_crop: affine from this crop to that of the same head registered
    (``motion.meter.Motion``); roi_xywh: box of the face, image pixels.
    """

    stamp_ns: int
    image: NDArray[np.uint8]
    from_image: geometry.Affine
    registered_from_crop: geometry.Affine
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

    def at_rest(self, onset_ns: int, after_ns: int = 0) -> Crop:
        """The crop closest to an onset, averaged with those of the 70 ms before it.

        after_ns: stamp of the last frame whose crop does not show the face well enough.
        """
        return self._averaged(onset_ns, max(onset_ns - _REST_NS, after_ns + 1), onset_ns)

    def at_peak(self, apex_ns: int) -> Crop:
        """The crop closest to an apex, averaged with those less than 20 ms from it."""
        return self._averaged(apex_ns, apex_ns - _PEAK_NS, apex_ns + _PEAK_NS)

    def _averaged(self, stamp_ns: int, first_ns: int, last_ns: int) -> Crop:
        """The crop closest to a stamp, with the mean image of it and of those between two other stamps.

        The history is not empty.
        """
        centre = min(self._crops, key=lambda crop: abs(crop.stamp_ns - stamp_ns))
        near = [crop for crop in self._crops if crop is centre or first_ns <= crop.stamp_ns <= last_ns]
        return replace(centre, image=_mean(near, centre))

    def clip(self, onset_ns: int, offset_ns: int) -> tuple[ClipFrame, ...]:
        """At most 32 evenly spaced crops between two stamps; empty if none is left."""
        inside = [crop for crop in self._crops if onset_ns <= crop.stamp_ns <= offset_ns]
        if not inside:
            return ()
        chosen = np.unique(np.linspace(0, len(inside) - 1, _MAX_CLIP_FRAMES).round().astype(int))
        return tuple(ClipFrame(inside[i].image, inside[i].stamp_ns) for i in chosen)


def _mean(crops: Sequence[Crop], centre: Crop) -> NDArray[np.uint8]:
    """(S, S, 3) uint8 mean of crops, each moved to where the head is in the crop ``centre``."""
    to_centre = geometry.invert(centre.registered_from_crop)
    total = np.zeros(centre.image.shape, np.float32)
    for crop in crops:
        image = crop.image
        if crop is not centre:
            moved = geometry.compose(to_centre, crop.registered_from_crop)
            image = cv2.warpAffine(image, moved, image.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
        cv2.accumulate(image, total)
    return cv2.convertScaleAbs(total, alpha=1 / len(crops))
