"""Movement of the facial regions over a whole recording, in a bounded number of time bins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.types import Face

_OF_ROW: dict[str, tuple[str, ...]] = {
    "right brow": ("right inner brow", "right outer brow"),
    "left brow": ("left inner brow", "left outer brow"),
    "right eye": ("right upper lid", "right lower lid"),
    "left eye": ("left upper lid", "left lower lid"),
    "nose": ("right nose wing", "left nose wing"),
    "right cheek": ("right cheek", "right dimple"),
    "left cheek": ("left cheek", "left dimple"),
    "right lip corner": ("right lip corner", "below right lip corner"),
    "left lip corner": ("left lip corner", "below left lip corner"),
    "lips": ("upper lip", "lower lip"),
    "chin": ("chin",),
}

LANE_ROWS: tuple[str, ...] = tuple(_OF_ROW)
"""Names of the R rows of a lane; left and right are the person's own."""

ANY_REGION = ("any region",)
"""The row of a face if only the largest movement of its regions is known, as a graph publishes it."""

_GROUPS = [[list(MOTION_GROUPS).index(name) for name in names] for names in _OF_ROW.values()]
_ORDER = [group for groups in _GROUPS for group in groups]
_STARTS = np.cumsum([0, *map(len, _GROUPS[:-1])])  # of each row in that order
_FIRST_BIN_NS = 20_000_000
_MOST_BINS = 18_000  # six minutes in bins of 20 ms; of longer recordings the bins are wider
_MOST_LANES = 32
_HELD_PERIODS = 3  # frame periods of the lane for which a frame is valid; a longer gap stays empty


@dataclass(frozen=True, eq=False)
class MotionLane:
    """The movement of one face.

    face_id: its id. rows: names of R regions. start_s: time of the first bin. bin_s: width of a bin. motion:
    (B, R) float32, largest movement of each row in each bin, interocular distances; NaN without the face. A
    bin between two frames has the value of the first. judged: (B,) bool, whether the face could be judged in
    all frames of the bin. frames: number of frames with the face. reasons: number of frames in which it could
    not be judged, by reason. interocular_px: mean distance of the outer eye corners.
    """

    face_id: str
    start_s: float
    bin_s: float
    motion: NDArray[np.float32]
    judged: NDArray[np.bool_]
    frames: int
    reasons: Mapping[str, int]
    interocular_px: float
    rows: tuple[str, ...] = LANE_ROWS


@dataclass(eq=False)
class _Growing:
    """A lane that grows: number of its first bin, and a row of each bin since."""

    first: int
    motion: list[NDArray[np.float32]] = field(default_factory=list)
    judged: list[bool] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    frames: int = 0
    interocular_px: float = 0.0

    def add(self, place: int, face: Face, rows: NDArray[np.float32]) -> None:
        """Add a frame. place: number of its bin. rows: (R,)."""
        while self.first + len(self.motion) <= place:
            self.motion.append(np.full_like(rows, np.nan))
            self.judged.append(True)
        at = place - self.first
        self.motion[at] = np.fmax(self.motion[at], rows)
        self.judged[at] &= not face.quality
        if face.quality:
            self.reasons[face.quality.partition(":")[0]] += 1
        self.frames += 1
        self.interocular_px += (face.interocular_px - self.interocular_px) / self.frames

    def held(self) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """(B, R) movement and (B,) whether it was judged, with every empty bin as the one before it.

        Gaps of more than ``_HELD_PERIODS`` frame periods stay empty. The period is the median distance of two
        bins with a frame.
        """
        motion, judged = np.stack(self.motion), np.array(self.judged)
        known = np.flatnonzero(~np.isnan(motion).all(1))
        if not len(known):
            return motion, judged
        steps = np.diff(known, append=len(motion))
        if len(known) > 1:
            steps[steps > _HELD_PERIODS * np.median(steps[:-1])] = 1
        source, place = np.repeat(known, steps), np.concatenate([np.arange(n) for n in steps])
        motion[source + place], judged[source + place] = motion[source], judged[source]
        return motion, judged

    def halve(self) -> None:
        """Merge every two bins."""
        if self.first % 2:
            self.motion.insert(0, np.full_like(self.motion[0], np.nan))
            self.judged.insert(0, True)
        if len(self.motion) % 2:
            self.motion.append(np.full_like(self.motion[0], np.nan))
            self.judged.append(True)
        self.first //= 2
        self.motion = [np.fmax(*pair) for pair in zip(self.motion[::2], self.motion[1::2], strict=True)]
        self.judged = [a and b for a, b in zip(self.judged[::2], self.judged[1::2], strict=True)]


class LaneSampler:
    """Movement of all faces, of the first 32 ids and 18,000 bins each. rows: names of R regions."""

    def __init__(self, rows: tuple[str, ...] = LANE_ROWS) -> None:
        self._rows = rows
        self._bin_ns = _FIRST_BIN_NS
        self._lanes: dict[str, _Growing] = {}
        self._left_out: set[str] = set()

    @property
    def left_out(self) -> int:
        """Number of ids beyond the first 32, which have no lane."""
        return len(self._left_out)

    def add(self, stamp_ns: int, faces: Sequence[Face], motions: Mapping[str, NDArray[np.float32]]) -> None:
        """Add a frame. motions: (R,) movement of the rows by id of the face; 0 for one that is missing."""
        while stamp_ns // self._bin_ns >= _MOST_BINS:
            self._bin_ns *= 2
            for lane in self._lanes.values():
                lane.halve()
        place = stamp_ns // self._bin_ns
        for face in faces:
            if face.id not in self._lanes and len(self._lanes) == _MOST_LANES:
                self._left_out.add(face.id)
                continue
            moved = motions.get(face.id)
            rows = np.zeros(len(self._rows), np.float32) if moved is None else moved
            self._lanes.setdefault(face.id, _Growing(place)).add(place, face, rows)

    def lanes(self) -> list[MotionLane]:
        """All lanes, those of the faces that were seen longest first."""
        bin_s = self._bin_ns * 1e-9
        held = {id_: lane.held() for id_, lane in self._lanes.items()}
        found = [
            MotionLane(
                id_,
                lane.first * bin_s,
                bin_s,
                *held[id_],
                lane.frames,
                dict(lane.reasons),
                lane.interocular_px,
                self._rows,
            )
            for id_, lane in self._lanes.items()
        ]
        return sorted(found, key=lambda lane: -lane.frames)


def rows_of(motions: NDArray[np.float32]) -> NDArray[np.float32]:
    """(G,) movement of the MOTION_GROUPS -> (R,) largest in each of ``LANE_ROWS``."""
    return np.asarray(np.maximum.reduceat(motions[_ORDER], _STARTS), np.float32)
