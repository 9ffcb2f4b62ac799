"""What a face looked like before it was lost behind a hand, for the face that is found at the same place.

FaceMesh loses a face of which a hand covers the eyes, and finds it again now and then, with a new id. Without
a memory the hand would be part of the new face at rest. Only position and size decide, as in
``face.tracker``, and the memory lasts for seconds.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from mer_ros.face.covering import CoverDetector
from mer_ros.face.tracker import Track

_COVERED_S, _CLEAR_S = 30.0, 3.0  # memory of a face that was covered when it was lost, and of any other
_MAX_DISTANCE, _MAX_GROWTH = 0.6, 1.6  # in face sizes, and as a factor: the gates of the tracker
_MAX_FACES = 8


class _Lost(NamedTuple):
    track: Track
    detector: CoverDetector
    until_ns: int


class CoverMemory:
    """Detectors of the faces that were lost."""

    def __init__(self) -> None:
        self._lost: list[_Lost] = []

    def clear(self) -> None:
        """Forget all."""
        self._lost.clear()

    def keep(self, track: Track, detector: CoverDetector) -> None:
        """Remember the detector of a face that is no longer followed."""
        kept_s = _COVERED_S if detector.reason else _CLEAR_S
        lost = _Lost(track, detector, track.seen_ns + round(kept_s * 1e9))
        self._lost = [*self._lost, lost][-_MAX_FACES:]

    def take(self, track: Track) -> CoverDetector:
        """The detector of the nearest face that was lost where a new one is found; a new one if none was."""
        self._lost = [lost for lost in self._lost if lost.until_ns >= track.seen_ns]
        near = [lost for lost in self._lost if _distance(lost.track, track) < 1]
        if not near:
            return CoverDetector()
        nearest = min(near, key=lambda lost: _distance(lost.track, track))
        self._lost.remove(nearest)
        return nearest.detector


def _distance(one: Track, other: Track) -> float:
    """Larger of distance and growth between two faces, relative to their gates."""
    size = max(one.size_px, 1.0)
    growth = abs(math.log(max(other.size_px, 1.0) / size)) / math.log(_MAX_GROWTH)
    return max(math.dist(one.centre, other.centre) / (_MAX_DISTANCE * size), growth)
