"""Real recordings, and posed expressions that are added to the measured movement of the people in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.face.geometry import CROP_INTEROCULAR_PX
from mer_ros.face.mesh import FaceMesh
from mer_ros.face.quality import sharpness
from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.motion.meter import MotionMeter
from mer_ros.motion.tracked_landmarks import group_weights
from mer_ros.pipeline import Pipeline, frames_of
from mer_ros.sources import SourceOptions, open_source
from mer_ros.spotting.config import SpotterConfig, WatcherConfig
from mer_ros.spotting.face_spotter import FaceSpotter
from mer_ros.spotting.measurement import FaceMeasurement
from mer_ros.spotting.speech import SHAPES
from mer_ros.spotting.transients import largest_motion

RECORDED = SourceOptions(fps=0.0, size_wh=(0, 0))
"""A recording has its own frame rate and size."""

ONSETS_S = np.arange(1.0, 1.35, 0.05)
"""Onsets of the added expressions, one after the other."""

SEEN_S = 2.2
"""Time from the onset up to which an expression must be reported."""

_LIPS = np.array(["lip" in name and "corner" not in name or name == "chin" for name in MOTION_GROUPS])
MIN_LIP_MOTION = 0.02
"""Least change of the gap between the lips and of the width of the mouth, interocular distances, of an
expression whose lips are added later than its corners.
"""

MIN_UPPER_MOTION = 0.01
"""Least movement of brows, lids, nose and cheeks, interocular distances, of an expression added to talk."""


class Course(NamedTuple):
    """Time course of an added expression: cosine ramps, s. scale: of the posed movement.

    lips_late_s: how much later than everything else lips and chin move.
    """

    words: str
    scale: float
    rise_s: float
    hold_s: float
    returns: bool
    lips_late_s: float = 0.0

    def levels(self, since_s: float) -> NDArray[np.float64]:
        """(G, 1) level of each of the MOTION_GROUPS at a time since the onset."""
        late = self.level(since_s - self.lips_late_s)
        return np.where(_LIPS, late, self.level(since_s))[:, None]

    def level(self, since_s: float) -> float:
        """0..1 at a time since the onset."""
        if since_s < self.rise_s:
            return float(0.5 - 0.5 * np.cos(np.pi * max(since_s, 0) / self.rise_s))
        after_s = since_s - self.rise_s - self.hold_s
        if not self.returns or after_s < 0:
            return 1.0
        return float(0.5 + 0.5 * np.cos(np.pi * min(after_s / (1.3 * self.rise_s), 1.0)))


COURSES = (
    Course("nothing added", 0.0, 0.3, 3.0, returns=False),
    Course("stays", 1.0, 0.3, 3.0, returns=False),
    Course("held for 0.6 s", 1.0, 0.3, 0.6, returns=True),
    Course("micro, 0.3 of the size", 0.3, 0.15, 0.1, returns=True),
    Course("stays, 0.3 of the size", 0.3, 0.3, 3.0, returns=False),
    Course("stays, 0.15 of the size", 0.15, 0.3, 3.0, returns=False),
)


@dataclass(frozen=True)
class Watched:
    """What the tracker made of one recording. judged: share of the frames with one judged face."""

    events: int
    judged: float
    minutes: float


def watch(path: Path, config: SpotterConfig | None = None) -> Watched:
    """Run the tracker on a recording of one person."""
    source, events, judged = open_source(str(path), RECORDED), 0, []
    try:
        with Pipeline(config=WatcherConfig(spotter=config or SpotterConfig())) as pipeline:
            for step in pipeline.run(source):
                events += len(step.answers)
                judged.append(bool(step.faces) and not step.faces[0].quality)
    finally:
        source.close()
    return Watched(events, float(np.mean(judged)), len(judged) / source.fps / 60)


def measured(path: Path) -> list[tuple[int, FaceMeasurement]]:
    """Stamp (ns) and measurement of each frame of one person, relative to the first frame."""
    source, mesh = open_source(str(path), RECORDED), FaceMesh(max_faces=1)
    found: list[tuple[int, FaceMeasurement]] = []
    meter: MotionMeter | None = None
    try:
        for frame in frames_of(source):
            if meter is None:
                meter = MotionMeter(frame.image, mesh.detect(frame.image)[0])
            motion = meter.step(frame.image)
            one = FaceMeasurement(motion.groups, sharpness(motion.grey), motion.turn)
            found.append((frame.stamp_ns, one))
    finally:
        mesh.close()
        source.close()
    return found


def recordings(folder: Path, name: str) -> list[Path]:
    """The files of a subfolder; empty if it is missing."""
    return sorted(path for path in (folder / name).glob("*") if path.is_file())


def group_movement(posed: NDArray[np.float32], landmarks: NDArray[np.float32]) -> NDArray[np.float64]:
    """(G, 2) movement of the motion groups, interocular distances, from (2, S, S) flow at (468, >=2)."""
    x, y = (np.ascontiguousarray(landmarks[:, k], np.float32) for k in (0, 1))
    moved = [cv2.remap(np.ascontiguousarray(one), x, y, cv2.INTER_LINEAR).ravel() for one in posed]
    return np.asarray(group_weights() @ np.stack(moved, axis=1) / CROP_INTEROCULAR_PX, np.float64)


def is_spotted(
    still: Sequence[tuple[int, FaceMeasurement]],
    movement: NDArray[np.float64],
    course: Course,
    onset_s: float,
    config: SpotterConfig | None = None,
) -> bool:
    """Whether a spotter reports the added expression."""
    spotter, first_ns = FaceSpotter(config), still[0][0]
    for stamp_ns, one in still:
        now_s = (stamp_ns - first_ns) * 1e-9
        added = course.scale * course.levels(now_s - onset_s) * movement
        groups = (one.groups + added).astype(np.float32)
        for found in spotter.update(stamp_ns, FaceMeasurement(groups, one.sharpness, one.turn)):
            if not found.is_final:
                continue
            start_s, end_s = ((t - first_ns) * 1e-9 for t in (found.onset_ns, found.offset_ns))
            over_s = course.rise_s + course.hold_s + abs(course.lips_late_s)
            if end_s > onset_s and start_s < onset_s + over_s:
                return True
        if now_s > onset_s + SEEN_S:
            break
    return False


def of_upper_face(movement: NDArray[np.float64]) -> NDArray[np.float64]:
    """The (G, 2) movement of brows, lids, nose and cheeks alone."""
    upper = [any(part in name for part in ("brow", "lid", "nose", "cheek")) for name in MOTION_GROUPS]
    return np.where(np.array(upper)[:, None], movement, 0.0)


def with_open_mouth(groups: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """The movements that change both the gap between the lips and the width of the mouth."""
    return [one for one in groups if (np.abs(one.ravel() @ SHAPES) >= MIN_LIP_MOTION).all()]


def added_upper(groups: Sequence[NDArray[np.float64]], course: Course) -> list[NDArray[np.float64]]:
    """The movements of the upper face that are large enough with this course to be added to talk."""
    upper = [of_upper_face(one) for one in groups]
    return [one for one in upper if course.scale * largest_motion(one.ravel()) >= MIN_UPPER_MOTION]


def spotted(
    people: Sequence[Sequence[tuple[int, FaceMeasurement]]],
    movements: Sequence[NDArray[np.float64]],
    course: Course,
    config: SpotterConfig | None = None,
) -> NDArray[np.bool_]:
    """Which of the movements are spotted, each added to the next person with the next onset."""
    return np.array(
        [
            is_spotted(people[i % len(people)], one, course, float(ONSETS_S[i % len(ONSETS_S)]), config)
            for i, one in enumerate(movements)
        ]
    )
