"""From frames to faces and events: all of perception, causal, frame by frame, without ROS."""

from __future__ import annotations

import secrets
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.mesh import FaceMesh
from mer_ros.face.tracker import MultiFaceTracker
from mer_ros.runtime import Counters
from mer_ros.spotting.config import WatcherConfig
from mer_ros.spotting.rejection import REASONS
from mer_ros.spotting.sensitivity import Sensitivity
from mer_ros.spotting.tracked_face import TrackedFace
from mer_ros.types import ExpressionEvent, Face, Frame

_STEPS = 16  # of the last frames, whose median step is the time between two


@dataclass(frozen=True, eq=False)
class Observation:
    """What one frame showed: every face in it, and the events that ended with it."""

    faces: list[Face]
    events: list[ExpressionEvent]


@dataclass(frozen=True, eq=False)
class _Asked:
    """A picture that FaceMesh looks at, in its own thread."""

    frame: Frame
    found: Future[list[NDArray[np.float32]]]


class FaceWatcher:
    """Follows the faces of one camera and spots their expressions. Frames must come in order of time.

    Where there is little time for a frame, FaceMesh looks aside, and its answer is taken a fixed time later
    by the stamps: what is seen never depends on how fast the machine was.

    passed_over: counts, by reason, the movements that stood out and were taken for something else, or
    understood too late.
    """

    def __init__(self, config: WatcherConfig | None = None) -> None:
        self.config = config or WatcherConfig()
        self.passed_over = Counters(REASONS)
        self._mesh = FaceMesh(self.config.max_faces + 1)  # one more, or nobody would see who is larger
        self._follower = MultiFaceTracker(self.config.retention_s, self.config.max_faces)
        self._watched: dict[str, TrackedFace] = {}
        self._run = secrets.token_hex(3)  # ids of events differ from those of an earlier run
        self._aside = ThreadPoolExecutor(1, "face_mesh")
        self._asked: _Asked | None = None
        self._hurried = False
        self._mesh_ns: int | None = None
        self._last_ns: int | None = None
        self._steps_s: deque[float] = deque(maxlen=_STEPS)
        self._size: tuple[int, int] | None = None

    def reset(self) -> None:
        """Forget all faces and windows, as after a jump in time or another picture size."""
        self._follower.reset()
        self._watched.clear()
        self._steps_s.clear()
        self._mesh_ns = self._last_ns = self._asked = None
        self._hurried = False

    def close(self) -> None:
        """Free FaceMesh."""
        self._aside.shutdown()
        self._mesh.close()

    def process(self, frame: Frame) -> Observation:
        """Take the next frame."""
        height, width = frame.image.shape[:2]
        if (height, width) != self._size:
            self.reset()
            self._size = (height, width)
        if self._last_ns is not None:
            self._steps_s.append((frame.stamp_ns - self._last_ns) * 1e-9)
            if self._steps_s[-1] > self.config.gap_s:
                for watched in self._watched.values():
                    watched.forget()
        self._last_ns = frame.stamp_ns
        asked = self._asked
        if asked is not None and (frame.stamp_ns - asked.frame.stamp_ns) * 1e-9 >= self.config.answer_s:
            self._asked = None
            self._found(asked.frame, asked.found.result())
        if self._mesh_ns is None or (frame.stamp_ns - self._mesh_ns) * 1e-9 >= self._interval_s - 1e-4:
            self._mesh_ns = frame.stamp_ns
            self._look(frame)
        faces, events = [], []
        for watched in self._watched.values():
            face, event = watched.step(frame)
            if face is not None:
                faces.append(face)
            if event is not None:
                events.append(event)
        return Observation(faces, events)

    @property
    def _interval_s(self) -> float:
        """Time between the last look of FaceMesh and the next."""
        steady = self._follower.steady(self.config.steady_interval_s)
        if steady and all(watched.steady for watched in self._watched.values()):
            return self.config.steady_interval_s
        return self.config.mesh_interval_s

    @property
    def waiting(self) -> int:
        """Faces that are seen and not followed: too new, or smaller than as many as are followed at most."""
        return self._follower.waiting

    @property
    def sights(self) -> tuple[Sensitivity, ...]:
        """How well each face is seen now, the largest first; for now and then, not for every frame."""
        seen = [sight for watched in self._watched.values() if (sight := watched.sight) is not None]
        return tuple(sorted(seen, key=lambda sight: -sight.interocular_px))

    def _look(self, frame: Frame) -> None:
        """Ask FaceMesh which faces there are."""
        for watched in self._watched.values():
            watched.looked_at()
        found = self._aside.submit(self._mesh.detect, frame.image)  # one after the other, whoever waits
        if self._hurried:
            self._asked = _Asked(frame, found)
        else:
            self._found(frame, found.result())

    def _found(self, frame: Frame, faces: list[NDArray[np.float32]]) -> None:
        """Give the faces found in a frame their ids, and hold the carried landmarks against theirs."""
        self._follower.update(faces, frame.stamp_ns)
        tracks = self._follower.tracks
        for id_ in self._watched.keys() - tracks.keys():
            del self._watched[id_]
        self._hurried = len(self._steps_s) > 0 and median(self._steps_s) < self.config.hurry_s * len(tracks)
        for watched in self._watched.values():
            watched.hurry(self._hurried)
        for id_, track in tracks.items():
            if id_ not in self._watched:
                self._watched[id_] = TrackedFace(
                    self.config, frame, track, self._run, self.passed_over, self._hurried
                )
            elif track.seen_ns == frame.stamp_ns:
                self._watched[id_].check(frame, track.landmarks)
