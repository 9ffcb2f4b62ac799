"""Temporary ids: the faces of each picture are matched with those of the picture before.

The position of each followed face is predicted at constant velocity, and detections are assigned to the
predictions at the least total squared cost, where leaving a face unassigned costs as much as the gate (global
nearest neighbour; Blackman and Popoli, "Design and Analysis of Modern Tracking Systems", 1999, section 6.4).
Two faces that cross therefore keep their ids even if one hides the other briefly. Where position and size
leave a choice, and for a face that is found again, a ``Likeness`` decides.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

Landmarks = NDArray[np.float32]

MAX_DISTANCE = 0.6
"""Gate, in face sizes from the prediction: about the distance between the eyes."""

MAX_GROWTH = 1.6
"""Gate, factor of the size from one detection to the next."""

_DUPLICATE_DISTANCE = 0.25  # in face sizes: two detections closer than this are one face
_BESIDE = 1.5  # in face sizes
_NEW_DISTANCE = 0.5  # in face sizes: a detection closer than this to a followed face is no new face
_VELOCITY_S = 0.1  # time constant of the velocity: landmarks jitter by a pixel between detections
_MAX_STEADY_MOTION = 0.1  # in face sizes: a steady face moves less from one detection to the next
_UNLIKE_COST = 0.9  # of another person's face: nearly that of leaving a face unassigned
_MIN_REPLACING_SIZE = 1.25  # a new face replaces a followed one if it is larger by this factor


@dataclass(eq=False)
class Track:
    """A followed face, or a detection that may become one (empty id).

    landmarks: (468, 3) float32, image pixels, of the latest detection, at seen_ns. n_detections: number of
    consecutive detections. centre: (2,) mean of the landmarks, and velocity: (2,) its velocity, image pixels
    per second. size_px: see the function ``size_px``.
    """

    id: str
    landmarks: Landmarks
    seen_ns: int
    n_detections: int = 1
    velocity: NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))

    def __post_init__(self) -> None:
        self.centre = self.landmarks[:, :2].mean(axis=0, dtype=np.float64)
        self.size_px = size_px(self.landmarks)

    def predicted(self, stamp_ns: int) -> NDArray[np.float64]:
        """(2,) predicted centre at stamp_ns, image pixels."""
        return self.centre + self.velocity * ((stamp_ns - self.seen_ns) * 1e-9)

    def predicted_landmarks(self, stamp_ns: int) -> Landmarks:
        """(468, 3) predicted landmarks at stamp_ns, image pixels."""
        moved = np.zeros(3)
        moved[:2] = self.predicted(stamp_ns) - self.centre
        return np.asarray(self.landmarks + moved, np.float32)

    def update(self, detection: Track) -> None:
        """Move to a detection that was assigned to this face."""
        passed_s = (detection.seen_ns - self.seen_ns) * 1e-9
        if passed_s > 0:
            gain = passed_s / (passed_s + _VELOCITY_S)
            measured = (detection.centre - self.centre) / passed_s
            self.velocity = self.velocity + gain * (measured - self.velocity)
        self.landmarks, self.seen_ns = detection.landmarks, detection.seen_ns
        self.n_detections += 1
        self.centre, self.size_px = detection.centre, detection.size_px


class Likeness(Protocol):
    """Compares a detection with faces that are known."""

    def unlikeness(self, id_: str, face: Track) -> float:
        """Unlikeness of a detection and a followed face, 1 and more for another person's."""

    def returned(self, face: Track) -> str | None:
        """Id of the known face that a detection shows; empty for a new one, None if it is not clear yet."""


class MultiFaceTracker:
    """Gives each detected face an id and keeps it through short losses.

    retention_s: how long a face that is not detected keeps its id. max_faces: maximum number of followed
    faces, which may change between two updates. min_detections: number of consecutive detections after which
    a new face is followed while others are; if no face is followed, it is followed at once, since it cannot
    be confused with one. Larger faces come first; faces of equal size are ordered from left to right and top
    to bottom. When ``max_faces`` are followed, a new face is followed once a place is free, or replaces the
    smallest face if it is clearly larger. Ids count up; only a face that comes back has its id again.
    """

    def __init__(self, retention_s: float = 0.4, max_faces: int = 4, min_detections: int = 3) -> None:
        self._retention_ns = int(retention_s * 1e9)
        self.max_faces = max_faces
        self._min_detections = min_detections
        self._n_created = 0
        self._candidates: list[Track] = []
        self.tracks: dict[str, Track] = {}

    @property
    def n_not_followed(self) -> int:
        """Faces of the last detection that are not followed: too new, or beyond ``max_faces``."""
        return len(self._candidates)

    def expected_candidates(self, stamp_ns: int) -> list[Landmarks]:
        """(468, 3) predicted landmarks of each face that is not followed, image pixels."""
        return [candidate.predicted_landmarks(stamp_ns) for candidate in self._candidates]

    def is_steady(self, interval_s: float) -> bool:
        """Whether the next detection may be ``interval_s`` away.

        True if faces are followed, the last detection found all of them and no new one, and none of them
        moves far in that time.
        """
        seen_ns = max((track.seen_ns for track in self.tracks.values()), default=0)
        new = any(candidate.n_detections <= self._min_detections for candidate in self._candidates)
        return (
            bool(self.tracks)
            and not new
            and all(
                track.seen_ns == seen_ns
                and track.n_detections > self._min_detections
                and math.hypot(*track.velocity) * interval_s < _MAX_STEADY_MOTION * track.size_px
                for track in self.tracks.values()
            )
        )

    def reset(self) -> None:
        """Forget all faces; ids continue to count up."""
        self.tracks.clear()
        self._candidates.clear()

    def update(
        self, detections: Sequence[Landmarks], stamp_ns: int, likeness: Likeness | None = None
    ) -> None:
        """Process the faces detected at stamp_ns: (468, 3) landmarks in image pixels for each.

        likeness: compares appearances; None: only position and size count.
        """
        found = _without_duplicates([Track("", landmarks, stamp_ns) for landmarks in detections])
        found = _assign(list(self.tracks.values()), found, likeness)
        for id_, track in list(self.tracks.items()):
            if stamp_ns - track.seen_ns > self._retention_ns:
                del self.tracks[id_]
        for track in sorted(self.tracks.values(), key=_rank)[self.max_faces :]:  # it was lowered
            del self.tracks[track.id]
        newest = _assign(self._candidates, found)
        candidates = [old for old in self._candidates if old.seen_ns == stamp_ns] + newest
        needed = self._min_detections if self.tracks else 1
        self._candidates = []
        for candidate in sorted(candidates, key=_rank):
            known = (
                self._known_id(candidate, likeness) if likeness and candidate.n_detections >= needed else ""
            )
            is_ready = candidate.n_detections >= needed and known is not None
            is_ready &= bool(known) or not self._is_on_top(candidate)
            if is_ready and (known in self.tracks or self._make_room(candidate)):
                self._follow(candidate, known)
            else:
                self._candidates.append(candidate)

    def is_beside(self, id_: str) -> bool:
        """Whether another followed face is so close that one may cover the other."""
        face = self.tracks[id_]
        others = (track for track in self.tracks.values() if track is not face)
        return any(math.dist(face.centre, one.centre) < _BESIDE * one.size_px for one in others)

    def _is_on_top(self, candidate: Track) -> bool:
        """Whether a new face is one that is followed, found twice: neither would show if they were two."""
        return any(
            one.seen_ns == candidate.seen_ns
            and math.dist(candidate.centre, one.centre) < _NEW_DISTANCE * one.size_px
            for one in self.tracks.values()
        )

    def rename(self, ids: Sequence[str], likeness: Likeness) -> None:
        """Give followed faces, which turned out to be other people's, their own ids."""
        for track in [self.tracks.pop(id_) for id_ in ids]:
            known = self._known_id(track, likeness)
            self._follow(Track("", track.landmarks, track.seen_ns), known)

    def _known_id(self, face: Track, likeness: Likeness) -> str | None:
        """As ``Likeness.returned``; empty if another face of the same detection has that id."""
        known = likeness.returned(face)
        holder = self.tracks.get(known or "")
        return "" if holder is not None and holder.seen_ns == face.seen_ns else known

    def _follow(self, face: Track, known: str | None) -> None:
        """Follow a face by its known id, a new one if that is empty."""
        if not known:
            self._n_created += 1
            known = f"face_{self._n_created}"
        face.id = known
        self.tracks[known] = face

    def _make_room(self, candidate: Track) -> bool:
        """Whether a place is free for the candidate, after removing a clearly smaller face if necessary."""
        if len(self.tracks) < self.max_faces:
            return True
        smallest = max(self.tracks.values(), key=_rank)
        if candidate.size_px < _MIN_REPLACING_SIZE * smallest.size_px:
            return False
        del self.tracks[smallest.id]
        return True


def size_px(landmarks: Landmarks) -> float:
    """Side of a square with the area of the box around (468, >=2) landmarks; it changes little in a turn."""
    width, height = np.ptp(landmarks[:, :2], axis=0)
    return math.sqrt(float(width) * float(height))


def _rank(track: Track) -> tuple[float, ...]:
    """Sort key: largest first."""
    return (-track.size_px, *track.centre)


def _without_duplicates(found: list[Track]) -> list[Track]:
    """Largest first, without those on top of a larger one: FaceMesh finds a face twice after a crossing."""
    kept: list[Track] = []
    for face in sorted(found, key=_rank):
        if all(math.dist(face.centre, other.centre) > _DUPLICATE_DISTANCE * other.size_px for other in kept):
            kept.append(face)
    return kept


def _assign(tracks: list[Track], found: list[Track], likeness: Likeness | None = None) -> list[Track]:
    """Update each track with its detection, if it has one; returns the detections without a track."""
    if not tracks or not found:
        return found
    cost = np.array([[_cost(track, face) for face in found] for track in tracks])
    near = cost < 1.0
    if likeness is not None:
        contested = near & ((near.sum(axis=0) > 1) | (near.sum(axis=1) > 1)[:, None])
        for row, column in np.argwhere(contested):
            unlike = likeness.unlikeness(tracks[row].id, found[column])
            cost[row, column] += _UNLIKE_COST * min(unlike**2, 1.0)
    rows, columns = linear_sum_assignment(np.minimum(cost, 1.0))
    pairs = [(row, column) for row, column in zip(rows, columns, strict=True) if cost[row, column] < 1.0]
    for row, column in pairs:
        tracks[row].update(found[column])
    taken = {column for _, column in pairs}
    return [face for column, face in enumerate(found) if column not in taken]


def _cost(track: Track, face: Track) -> float:
    """Squared distance from the prediction plus squared change in size; each term is 1 at its gate."""
    size = max(track.size_px, 1.0)
    distance = math.dist(track.predicted(face.seen_ns), face.centre) / (MAX_DISTANCE * size)
    growth = math.log(max(face.size_px, 1.0) / size) / math.log(MAX_GROWTH)
    return distance**2 + growth**2
