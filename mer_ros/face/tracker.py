"""Ephemeral identities: which face of this picture is which of the last one.

Each followed face moves on at constant velocity between looks, and the faces found are assigned to the
predictions with the least total squared misfit, where leaving a face unassigned costs as much as a misfit at
the gate (global nearest neighbour; Blackman and Popoli, "Design and Analysis of Modern Tracking Systems",
1999, section 6.4). So two faces that cross keep their ids though one hides the other for a moment. Only
position and size are compared: nothing that would tell who a person is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Landmarks = NDArray[np.float32]

_REACH = 0.6  # of its size: as far from its prediction may a face be, about the distance of its eyes
_MOST_GROWTH = 1.6  # a face whose size changes by more from one look to the next is another one
_SAME_FACE = 0.25  # of its size: nearer than this, two detections are one face seen twice
_VELOCITY_S = 0.1  # time constant of the velocity: landmarks jitter by a pixel from look to look
_STEADY = 0.1  # of its size: further than this a steady face does not move from one look to the next
_DISPLACES = 1.25  # a newcomer must be this much larger than a followed face to take its place


@dataclass(eq=False)
class Track:
    """A followed face, or one that may become one (id empty, looks counts how often it was seen in a row).

    landmarks: (468, 3) float32, image pixels, as last detected at seen_ns. velocity: (2,) image pixels per
    second of the landmarks' mean.
    """

    id: str
    landmarks: Landmarks
    seen_ns: int
    looks: int = 1
    velocity: NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))

    def __post_init__(self) -> None:
        self.centre = self.landmarks[:, :2].mean(axis=0, dtype=np.float64)
        self.size_px = size_px(self.landmarks)

    def predicted(self, stamp_ns: int) -> NDArray[np.float64]:
        """(2,) where its centre should be at stamp_ns, image pixels."""
        return self.centre + self.velocity * ((stamp_ns - self.seen_ns) * 1e-9)

    def see(self, found: Track) -> None:
        """It was found again, as what looked like a face of its own until now."""
        passed_s = (found.seen_ns - self.seen_ns) * 1e-9
        if passed_s > 0:
            gain = passed_s / (passed_s + _VELOCITY_S)
            self.velocity = self.velocity + gain * ((found.centre - self.centre) / passed_s - self.velocity)
        self.landmarks, self.seen_ns, self.looks = found.landmarks, found.seen_ns, self.looks + 1
        self.centre, self.size_px = found.centre, found.size_px


class MultiFaceTracker:
    """Gives each detected face an id and keeps it through short losses.

    retention_s: how long an unseen face is remembered. max_faces: the most faces followed. birth_looks: how
    many looks in a row a face beside followed ones must be found in before it is one of them; where nobody
    is followed there is nothing to mistake it for, and it is taken at once. Largest faces come first, those
    of one size from left to right and top to bottom. At the cap a newcomer waits until a place is free, or
    takes that of the smallest face if it is clearly larger. Ids count up and are never used again.
    """

    def __init__(self, retention_s: float = 0.4, max_faces: int = 4, birth_looks: int = 3) -> None:
        self._retention_ns = int(retention_s * 1e9)
        self._max_faces = max_faces
        self._birth_looks = birth_looks
        self._born = 0
        self._candidates: list[Track] = []
        self.tracks: dict[str, Track] = {}

    @property
    def waiting(self) -> int:
        """Faces found at the last look that are not followed: too new, or beyond the cap."""
        return len(self._candidates)

    def steady(self, look_s: float) -> bool:
        """Whether a next look after ``look_s`` is soon enough.

        So it is where faces are followed, all of them were found at the last look, none is new, and none
        moves far in that time.
        """
        seen_ns = max((track.seen_ns for track in self.tracks.values()), default=0)
        new = any(candidate.looks <= self._birth_looks for candidate in self._candidates)
        return (
            bool(self.tracks)
            and not new
            and all(
                track.seen_ns == seen_ns
                and track.looks > self._birth_looks
                and math.hypot(*track.velocity) * look_s < _STEADY * track.size_px
                for track in self.tracks.values()
            )
        )

    def reset(self) -> None:
        """Forget all faces; ids go on counting."""
        self.tracks.clear()
        self._candidates.clear()

    def update(self, detections: Sequence[Landmarks], stamp_ns: int) -> None:
        """Take the faces found at stamp_ns: (468, 3) landmarks in image pixels each."""
        found = _distinct([Track("", landmarks, stamp_ns) for landmarks in detections])
        found = _see_again(list(self.tracks.values()), found)
        for id_, track in list(self.tracks.items()):
            if stamp_ns - track.seen_ns > self._retention_ns:
                del self.tracks[id_]
        newest = _see_again(self._candidates, found)
        candidates = [old for old in self._candidates if old.seen_ns == stamp_ns] + newest
        needed = self._birth_looks if self.tracks else 1
        self._candidates = []
        for candidate in sorted(candidates, key=_rank):
            if candidate.looks < needed or not self._make_room(candidate):
                self._candidates.append(candidate)
                continue
            self._born += 1
            candidate.id = f"face_{self._born}"
            self.tracks[candidate.id] = candidate

    def _make_room(self, candidate: Track) -> bool:
        """Whether a place is free for the candidate, after a clearly smaller face has left if need be."""
        if len(self.tracks) < self._max_faces:
            return True
        smallest = max(self.tracks.values(), key=_rank)
        if candidate.size_px < _DISPLACES * smallest.size_px:
            return False
        del self.tracks[smallest.id]
        return True


def size_px(landmarks: Landmarks) -> float:
    """Side of the square as large as the box of (468, >=2) landmarks: it hardly shrinks as a head turns."""
    width, height = np.ptp(landmarks[:, :2], axis=0)
    return math.sqrt(float(width) * float(height))


def _rank(track: Track) -> tuple[float, ...]:
    return (-track.size_px, *track.centre)


def _distinct(found: list[Track]) -> list[Track]:
    """Largest first, without those that lie on a larger one: FaceMesh sees a face twice after a crossing."""
    kept: list[Track] = []
    for face in sorted(found, key=_rank):
        if all(math.dist(face.centre, other.centre) > _SAME_FACE * other.size_px for other in kept):
            kept.append(face)
    return kept


def _see_again(tracks: list[Track], found: list[Track]) -> list[Track]:
    """Give each track the face that is it, if there is one; returns the faces that are none of them."""
    if not tracks or not found:
        return found
    cost = np.array([[_misfit(track, face) for face in found] for track in tracks])
    rows, columns = linear_sum_assignment(np.minimum(cost, 1.0))
    pairs = [(row, column) for row, column in zip(rows, columns, strict=True) if cost[row, column] < 1.0]
    for row, column in pairs:
        tracks[row].see(found[column])
    taken = {column for _, column in pairs}
    return [face for column, face in enumerate(found) if column not in taken]


def _misfit(track: Track, face: Track) -> float:
    """Squared distance from the prediction plus squared change of size, each 1 at its own limit."""
    size = max(track.size_px, 1.0)
    away = math.dist(track.predicted(face.seen_ns), face.centre) / (_REACH * size)
    growth = math.log(max(face.size_px, 1.0) / size) / math.log(_MOST_GROWTH)
    return away**2 + growth**2
