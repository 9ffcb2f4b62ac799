"""Which face is which: the faces that are followed, and those that were lost within seconds.

Position and size predict where a face is (``face.tracker``). Where they leave a choice, the appearance
decides (``face.likeness``): two faces that cross, a face that comes back after another has hidden it or at
another place, and another person at the place of a lost one. A face that was lost behind a hand is found
again with landmarks that are wrong; there the place decides alone, and ``CoverDetector`` later. The memory
lasts for seconds, and nothing leaves it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.appearance import TextureMeasures
from mer_ros.face.likeness import CUT_LIMIT
from mer_ros.face.tracker import MAX_DISTANCE, MAX_GROWTH, Track
from mer_ros.spotting.config import WatcherConfig
from mer_ros.spotting.tracked_face import TrackedFace
from mer_ros.types import Frame

_COVERED_S, _CLEAR_S = 30.0, 5.0  # memory of a face that was covered when it was lost, and of any other
_MAX_FACES = 8
_UNSEEN_NS = 60_000_000  # a followed face that was found more recently is not elsewhere
_UNSURE_LIMIT = 0.03  # unlikeness up to which a face that is half hidden may still be a lost one
_MAX_UNSURE = 8  # detections for which this is left open


class Look(NamedTuple):
    """A detected face. landmarks: (468, 3) float32, image pixels; measures: of its texture."""

    landmarks: NDArray[np.float32]
    measures: TextureMeasures


class _Lost(NamedTuple):
    track: Track
    face: TrackedFace
    until_ns: int
    covered: bool


class FaceMemory:
    """Faces by id, for ``MultiFaceTracker.update``.

    followed: the faces that are followed, by id; the caller changes it.
    """

    def __init__(self) -> None:
        self.followed: dict[str, TrackedFace] = {}
        self._lost: dict[str, _Lost] = {}
        self._image = np.zeros((1, 1, 3), np.uint8)  # with the detections that are compared
        self._tracks: dict[str, Track] = {}
        self._looks: list[Look] = []

    def reconfigure(self, config: WatcherConfig) -> None:
        """Give other settings to all faces, those that were lost too."""
        for face in (*self.followed.values(), *(lost.face for lost in self._lost.values())):
            face.reconfigure(config)

    def clear(self) -> None:
        """Forget all."""
        self.followed.clear()
        self._lost.clear()
        self._tracks, self._looks = {}, []
        self._image = np.zeros((1, 1, 3), np.uint8)

    def take_frame(self, frame: Frame, tracks: dict[str, Track], looks: Sequence[Look] = ()) -> None:
        """Compare the detections of this frame from now on.

        tracks: the followed faces before it, by id. looks: what is known of its detections; the rest is
        measured when it is needed.
        """
        self._image, self._tracks, self._looks = frame.image, tracks, list(looks)
        self._lost = {id_: lost for id_, lost in self._lost.items() if lost.until_ns >= frame.stamp_ns}

    def lose(self, track: Track, replaced: bool = False) -> TrackedFace:
        """Move a followed face to the lost ones. replaced: whether another person is at its place."""
        face = self.followed.pop(track.id)
        covered = bool(face.cover.reason) and not replaced
        until_ns = track.seen_ns + round((_COVERED_S if covered else _CLEAR_S) * 1e9)
        self._lost[track.id] = _Lost(track, face, until_ns, covered)
        for oldest in list(self._lost)[:-_MAX_FACES]:
            del self._lost[oldest]
        return face

    def take(self, id_: str) -> TrackedFace | None:
        """Take a face out of the lost ones; None if it is none of them."""
        lost = self._lost.pop(id_, None)
        return lost and lost.face

    def unlikeness(self, id_: str, face: Track) -> float:
        """Unlikeness of a detection and a followed face, 1 and more for another person's."""
        known = self.followed.get(id_)
        unlike = None if known is None else known.cover.unlikeness(self.look(face))
        return 0.0 if unlike is None else unlike / CUT_LIMIT

    def returned(self, face: Track) -> str | None:
        """Id of the face that is found again; empty for a new one, None if a later detection must decide."""
        away = {
            id_: _Lost(track, self.followed[id_], 0, False)
            for id_, track in self._tracks.items()
            if id_ in self.followed and face.seen_ns - track.seen_ns >= _UNSEEN_NS
        }
        open_ = False
        found: list[tuple[float, str]] = []
        for id_, lost in (away | self._lost).items():
            near = _distance(lost.track, face)
            unlike = lost.face.cover.unlikeness(self.look(face))
            if unlike is not None and unlike <= CUT_LIMIT:
                found.append((unlike, id_))
            elif near < 1 and (unlike is None or lost.covered):
                found.append((1 + near, id_))
            elif near < 1 or (unlike is not None and unlike <= _UNSURE_LIMIT):
                open_ |= face.n_detections <= _MAX_UNSURE
        return min(found)[1] if found else None if open_ else ""

    def look(self, face: Track) -> TextureMeasures:
        """Texture of a face that was detected in the latest frame."""
        for landmarks, measures in self._looks:
            if landmarks is face.landmarks:
                return measures
        measures = TextureMeasures.of(self._image, face.landmarks)
        self._looks.append(Look(face.landmarks, measures))
        return measures


def _distance(one: Track, other: Track) -> float:
    """Larger of distance and growth between two faces, relative to their gates."""
    size = max(one.size_px, 1.0)
    growth = abs(math.log(max(other.size_px, 1.0) / size)) / math.log(MAX_GROWTH)
    return max(math.dist(one.centre, other.centre) / (MAX_DISTANCE * size), growth)
