"""From frames to faces and events: the whole perception, causal, frame by frame, without ROS."""

from __future__ import annotations

import math
import secrets
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mer_ros.face.appearance import TextureMeasures
from mer_ros.face.finder import FaceFinder
from mer_ros.face.pose import unfit_reason
from mer_ros.face.tracker import MultiFaceTracker, Track
from mer_ros.runtime import Counters
from mer_ros.spotting.config import WatcherConfig
from mer_ros.spotting.face_memory import FaceMemory, Look
from mer_ros.spotting.face_spotter import FaceSpotter
from mer_ros.spotting.frame_period import FramePeriod
from mer_ros.spotting.judged import JudgedFrames
from mer_ros.spotting.rejection import REASONS
from mer_ros.spotting.scene_cut import SceneCut, reduced
from mer_ros.spotting.search_schedule import (
    background_delay_s,
    movement_search_period_s,
    n_tiles,
    search_interval_s,
)
from mer_ros.spotting.sensitivity import Sensitivity
from mer_ros.spotting.tracked_face import MakeSpotter, TrackedFace
from mer_ros.types import ExpressionEvent, Face, Frame

_CUT_S = 0.25  # after a cut, another person is at once another face
_MAX_APART = 0.3  # in face sizes: registration that differs more from the velocity of the face has lost it
_STAMP_TOLERANCE_S = 1e-4  # a detection may start this long before its interval has passed


@dataclass(frozen=True, eq=False)
class Observation:
    """Result of one frame: the followed faces in it, and the events reported at it, provisional ones too."""

    faces: list[Face]
    events: list[ExpressionEvent]


@dataclass(frozen=True, eq=False)
class _PendingDetection:
    """A frame whose faces the background thread is finding."""

    frame: Frame
    found: Future[_Found]


@dataclass(frozen=True, eq=False)
class _Found:
    """What the background thread sees in one frame. faces: largest first; picture: for ``SceneCut``."""

    faces: list[Look]
    picture: NDArray[np.float32]


class FaceWatcher:
    """Follows the faces of one camera and spots their expressions. Frames must be in order of time.

    Every few frames the followed faces are fitted and new ones searched (``FaceFinder``). In fast mode
    (little time for each face and frame, ``WatcherConfig.fast_mode_period_s``) that runs in a background
    thread, and its result is used at a fixed delay, measured by the stamps. The output therefore never
    depends on the speed of the machine, unless ``process`` is told that frames wait. ``close`` releases
    MediaPipe.

    make_spotter: makes the spotter of a face. rejections: counters of rejected candidates by reason
    (``rejection.REASONS``), over all faces. judged: which frames could be judged.
    """

    def __init__(self, config: WatcherConfig | None = None, make_spotter: MakeSpotter = FaceSpotter) -> None:
        self.config, self._make_spotter = config or WatcherConfig(), make_spotter
        self.rejections = Counters(REASONS)
        self.judged = JudgedFrames()
        # one face more than are followed, to detect a larger one that may replace a followed face
        self._finder = FaceFinder(self.config.max_faces + 1, self.config.min_interocular_px)
        self._n_searches = 0
        self._last_cut_ns: int | None = None
        self._not_told: set[str] = set()  # faces that were not found since the last cut
        self._tracker = MultiFaceTracker(self.config.retention_s, self.config.max_faces)
        self._memory, self._scene_cut = FaceMemory(), SceneCut()
        self._faces = self._memory.followed
        self._confirmed: list[ExpressionEvent] = []  # of faces that are gone, to be reported with a frame
        self._run_id = secrets.token_hex(3)  # ids of events differ from those of an earlier run
        self._background = ThreadPoolExecutor(1, "face_mesh")
        self._pending: _PendingDetection | None = None
        self._fast_mode = self._behind = False
        self._last_detection_ns: int | None = None
        self._last_frame_ns: int | None = None
        self._frame_period = FramePeriod()
        self._image_wh = (0, 0)

    def reconfigure(self, config: WatcherConfig) -> None:
        """Use other settings from the next frame on; faces, movement and learned noise are kept.

        If fewer faces are to be followed, the smallest are left at the next detection. The settings of
        ``retention_s`` and of blinks stay as they are.
        """
        self.config = config
        self._tracker.max_faces = config.max_faces
        self._memory.reconfigure(config)
        # in the thread that finds faces, hence never during a search
        self._background.submit(self._finder.reconfigure, config.max_faces + 1, config.min_interocular_px)

    def reset(self) -> None:
        """Forget all faces and movement, for example after a jump in time or a change of picture size."""
        self._confirmed += self.flush()
        self._tracker.reset()
        self._memory.clear()
        self._scene_cut = SceneCut()
        self._frame_period.reset()
        self._last_detection_ns = self._last_frame_ns = self._last_cut_ns = self._pending = None
        self._n_searches = 0
        self._not_told.clear()
        self._fast_mode = False

    def flush(self) -> list[ExpressionEvent]:
        """The provisional events of all faces as final: no more frames follow."""
        return [event for face in self._faces.values() for event in face.flush()]

    def close(self) -> None:
        """Stop the background thread and release MediaPipe."""
        self._background.shutdown()
        self._finder.close()

    def process(self, frame: Frame, behind: bool = False) -> Observation:
        """Process the next frame. A frame of another size resets the watcher first.

        behind: frames wait and may get lost. Fast mode is used, however much time there is for a frame,
        movements are searched half as often, and detections are used later.
        """
        self._behind = behind
        height, width = frame.image.shape[:2]
        if (width, height) != self._image_wh:
            self.reset()
            self._image_wh = (width, height)
        self._take_stamp(frame.stamp_ns)
        pending = self._pending
        delay_s = background_delay_s(self.config, len(self._faces), behind)
        if pending is not None and self._seconds_since(pending.frame.stamp_ns) >= delay_s:
            self._pending = None
            self._apply_detections(pending.frame, pending.found.result())
        if self._pending is None and (
            self._last_detection_ns is None
            or self._seconds_since(self._last_detection_ns) >= self._detection_interval_s - _STAMP_TOLERANCE_S
        ):
            self._last_detection_ns = frame.stamp_ns
            self._detect(frame)
        faces, events = [], self._confirmed
        self._confirmed = []
        for tracked in self._faces.values():
            face, reported = tracked.step(frame)
            if face is not None:
                faces.append(face)
            events += reported
        self.judged.add(sorted(faces, key=lambda face: -face.interocular_px))
        return Observation(faces, events)

    @property
    def n_not_followed(self) -> int:
        """Detected faces that are not followed: too new, or smaller than the followed ones."""
        return self._tracker.n_not_followed

    def sensitivities(self) -> tuple[Sensitivity, ...]:
        """Smallest detectable movement of each face now, largest face first. Too slow for every frame."""
        found = [s for face in self._faces.values() if (s := face.sensitivity()) is not None]
        return tuple(sorted(found, key=lambda sensitivity: -sensitivity.interocular_px))

    def spotters(self) -> dict[str, FaceSpotter]:
        """The spotters of the followed faces by id, to be read only."""
        return {id_: face.spotter for id_, face in self._faces.items()}

    @property
    def _detection_interval_s(self) -> float:
        """Time from the last search to the next."""
        if not self._faces and not self._tracker.n_not_followed:
            return search_interval_s(self.config, self._image_wh)
        interval_s = self.config.steady_detection_interval_s
        if self._tracker.is_steady(interval_s) and all(face.is_steady for face in self._faces.values()):
            return interval_s
        return self.config.detection_interval_s

    def _take_stamp(self, stamp_ns: int) -> None:
        """Update the frame period; a gap in the stamps discards the movement before it."""
        if self._last_frame_ns is not None:
            step_s = (stamp_ns - self._last_frame_ns) * 1e-9
            self._frame_period.add(step_s)
            if step_s > self.config.max_gap_s:
                for face in self._faces.values():
                    face.forget()
        self._last_frame_ns = stamp_ns

    def _seconds_since(self, stamp_ns: int) -> float:
        """Time from a stamp to the newest frame."""
        return ((self._last_frame_ns or 0) - stamp_ns) * 1e-9

    def _detect(self, frame: Frame) -> None:
        """Find the faces of a frame, in the background in fast mode."""
        for face in self._faces.values():
            face.note_detection_start()
        expected = [*map(self._expected, self._faces), *self._tracker.expected_candidates(frame.stamp_ns)]
        # the pool has one thread, so two runs never overlap
        tiles = n_tiles(self.config, self._image_wh, self._frame_period.median_s(otherwise=0.0))
        found = self._background.submit(self._find, frame.image, expected, self._n_searches, tiles)
        self._n_searches += 1
        if self._fast_mode:
            self._pending = _PendingDetection(frame, found)
        else:
            self._apply_detections(frame, found.result())

    def _find(
        self, image: NDArray[np.uint8], expected: list[NDArray[np.float32]], turn: int, n_tiles: int
    ) -> _Found:
        """Find the faces of an image and measure all that needs no memory of them: in the background."""
        faces = self._finder.find(image, expected, turn, n_tiles)
        return _Found([Look(face, TextureMeasures.of(image, face)) for face in faces], reduced(image))

    def _expected(self, id_: str) -> NDArray[np.float32]:
        """(468, 3) image pixels: where a followed face is now, as registration or else its velocity says."""
        track, expected = self._tracker.tracks[id_], self._faces[id_].expected
        predicted = track.predicted_landmarks(self._last_frame_ns or 0)
        if expected is None:
            return predicted
        apart = math.dist(expected[:, :2].mean(axis=0), predicted[:, :2].mean(axis=0))
        return predicted if apart > _MAX_APART * track.size_px else expected

    def _apply_detections(self, frame: Frame, found: _Found) -> None:
        """Assign ids to the faces detected in a frame, and correct the carried landmarks."""
        before = dict(self._tracker.tracks)
        after_cut = self._scene_cut.update(found.picture)
        self._memory.take_frame(frame, before, found.faces)
        self._tracker.update([face.landmarks for face in found.faces], frame.stamp_ns, self._memory)
        for id_ in [id_ for id_ in self._faces if id_ not in self._tracker.tracks]:
            lost = self._memory.lose(before[id_])
            self._confirmed += lost.flush()
            lost.forget()
        if after_cut:
            self._last_cut_ns = frame.stamp_ns
            self._not_told = set(self._faces)
            for face in self._faces.values():
                face.note_cut(frame.stamp_ns)
        for id_, face in self._faces.items():
            track = self._tracker.tracks[id_]
            if track.seen_ns == frame.stamp_ns:
                look = self._memory.look(track)
                face.apply_detection(frame, track.landmarks, look, after_cut=id_ in self._not_told)
                self._not_told.discard(id_)
        self._rename_others(frame)
        tracks = self._tracker.tracks
        period_s = self._frame_period.median_s(otherwise=math.inf)
        self._fast_mode = self._behind or period_s < self.config.fast_mode_period_s * len(tracks)
        for face in self._faces.values():
            face.set_fast_mode(self._fast_mode)
        for id_, track in tracks.items():
            if id_ not in self._faces:
                self._faces[id_] = self._begin(frame, track)
        search_period_s = movement_search_period_s(len(tracks), self._behind)
        for turn, face in enumerate(self._faces.values()):  # not all of them in one frame
            face.spotter.search_every(search_period_s, turn / len(self._faces) * search_period_s)

    def _rename_others(self, frame: Frame) -> None:
        """Give the places at which another person is now their ids."""
        others = []
        for id_, face in self._faces.items():
            if not face.cover.is_other:
                continue
            if self._is_confirmed(id_, frame):
                others.append(id_)
            else:
                face.cover.refute()
        for id_ in others:
            lost = self._memory.lose(self._tracker.tracks[id_], replaced=True)
            self._confirmed += lost.end()
            lost.forget()
        self._tracker.rename(others, self._memory)

    def _is_confirmed(self, id_: str, frame: Frame) -> bool:
        """Whether it is another person and neither a hand nor the face beside it that is unlike."""
        if self._last_cut_ns is not None and (frame.stamp_ns - self._last_cut_ns) * 1e-9 < _CUT_S:
            return True
        landmarks = self._tracker.tracks[id_].landmarks
        image_wh = frame.image.shape[1], frame.image.shape[0]
        gates = self.config.min_interocular_px, self.config.max_turn_rad
        if self._tracker.is_beside(id_) or unfit_reason(landmarks, image_wh, *gates):
            return False
        return self._background.submit(self._finder.is_certain, frame.image, landmarks).result()

    def _begin(self, frame: Frame, track: Track) -> TrackedFace:
        """Follow a face that is new or has come back."""
        known = self._memory.take(track.id)
        if known is not None:
            known.resume(frame, track.landmarks, self._memory.look(track))
            return known
        options = self._run_id, self.rejections, self._fast_mode, self._make_spotter
        return TrackedFace(self.config, frame, track, self._memory.look(track), *options)
