"""`python -m benchmarks.real_faces DIR`: what the tracker, the models and the unit fields make of real faces.

DIR is your own folder; nothing of it is stored, and no weight learns from it. What is missing is left out:

    talking/*.mpg     people who talk and show no expression: events, and the share of frames that is judged
    still/*.mp4       people who sit still: events
    posed_flow.npz    posed expressions: flow (N, 2, S, S) u and v on the aligned crop, pixels; landmarks
                      (N, 468, >=2); label (N,)
    unit_fields.npz   mean flow of combinations of action units: flow (N, 2, S, S), units (N,), as in "AU6+12"

Posed expressions are large. They test the labels, and the rules of the spotter: the movement of the motion
groups is added to the measured movement of the person who sits still, with rise, hold and return of choice,
and that of brows, lids, nose and cheeks to people who talk.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.table import Figure, publish
from mer_ros import files
from mer_ros.data.synthetic.generator import generator
from mer_ros.face.geometry import CROP_INTEROCULAR_PX
from mer_ros.face.mesh import FaceMesh
from mer_ros.face.quality import sharpness
from mer_ros.face.regions import MOTION_GROUPS
from mer_ros.motion.meter import MotionMeter
from mer_ros.motion.tracked_landmarks import group_weights
from mer_ros.pipeline import Pipeline, frames_of
from mer_ros.reports.synthetic_tables import unit_fields
from mer_ros.sources import SourceOptions, open_source
from mer_ros.spotting.face_spotter import FaceSpotter
from mer_ros.spotting.measurement import FaceMeasurement
from mer_ros.spotting.transients import largest_motion

RECORDED = SourceOptions(fps=0.0, size_wh=(0, 0))
"""A recording has its own frame rate and size."""

ONSETS_S = np.arange(1.0, 1.35, 0.05)
"""Onsets of the added expressions, one after the other."""

SEEN_S = 2.2
"""Time from the onset up to which an expression must be reported."""

SOON_S = 0.35
"""Onset of an expression that begins soon after the first frame of a recording."""

MIN_UPPER_MOTION = 0.01
"""Least movement of brows, lids, nose and cheeks, interocular distances, of an expression added to talk."""

VISIBLE_FROM = 4 / 16
"""Share of the crop above which the unit fields of other recordings show nothing."""


class Course(NamedTuple):
    """Time course of an added expression: cosine ramps, s. scale: of the posed movement."""

    words: str
    scale: float
    rise_s: float
    hold_s: float
    returns: bool

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


def watch(path: Path) -> Watched:
    """Run the tracker on a recording of one person."""
    source, events, judged = open_source(str(path), RECORDED), 0, []
    try:
        with Pipeline() as pipeline:
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
) -> bool:
    """Whether a spotter reports the added expression."""
    spotter, first_ns = FaceSpotter(), still[0][0]
    for stamp_ns, one in still:
        now_s = (stamp_ns - first_ns) * 1e-9
        level = course.scale * course.level(now_s - onset_s)
        groups = (one.groups + level * movement).astype(np.float32)
        for found in spotter.update(stamp_ns, FaceMeasurement(groups, one.sharpness, one.turn)):
            if not found.is_final:
                continue
            start_s, end_s = ((t - first_ns) * 1e-9 for t in (found.onset_ns, found.offset_ns))
            if end_s > onset_s and start_s < onset_s + course.rise_s + course.hold_s:
                return True
        if now_s > onset_s + SEEN_S:
            break
    return False


def of_upper_face(movement: NDArray[np.float64]) -> NDArray[np.float64]:
    """The (G, 2) movement of brows, lids, nose and cheeks alone."""
    upper = [any(part in name for part in ("brow", "lid", "nose", "cheek")) for name in MOTION_GROUPS]
    return np.where(np.array(upper)[:, None], movement, 0.0)


def spotting_while_talking(
    talking: Sequence[Path], groups: Sequence[NDArray[np.float64]]
) -> Iterator[Figure]:
    """Rows of expressions of the upper face that are added to people who talk, one person after the other."""
    talk = [measured(path) for path in talking]
    upper = [of_upper_face(one) for one in groups]
    for course in COURSES[2:4]:
        added = [one for one in upper if course.scale * largest_motion(one.ravel()) >= MIN_UPPER_MOTION]
        found = [
            is_spotted(talk[i % len(talk)], one, course, float(ONSETS_S[i % len(ONSETS_S)]))
            for i, one in enumerate(added)
        ]
        name = f"posed, upper face, {course.words}, while talking: spotted"
        yield Figure(
            name, float(np.mean(found)), "share", note=f"{len(added)} expressions, {len(talk)} clips"
        )


def spotting(folder: Path, posed: dict[str, NDArray[np.generic]] | None) -> Iterator[Figure]:
    """Rows of the tracker."""
    talking = [watch(path) for path in recordings(folder, "talking")]
    if talking:
        minutes = sum(one.minutes for one in talking)
        events = sum(one.events for one in talking)
        judged = float(np.mean([one.judged for one in talking]))
        yield Figure(
            "talking: events", events, "events", "0", events == 0, f"{len(talking)} clips, {minutes:.1f} min"
        )
        yield Figure("talking: frames judged", judged, "share", ">= 0.9", judged >= 0.9)
    sitting = recordings(folder, "still")
    if sitting:
        events = sum(watch(path).events for path in sitting)
        yield Figure("still: events", events, "events", "0", events == 0)
    if sitting and posed is not None:
        still = measured(sitting[0])
        labels = posed["label"].astype(str)
        groups = [
            group_movement(flow.astype(np.float32), at.astype(np.float32))
            for flow, at in zip(posed["flow"], posed["landmarks"], strict=True)
        ]
        for course in COURSES:
            found = np.array(
                [
                    is_spotted(still, one, course, float(ONSETS_S[i % len(ONSETS_S)]))
                    for i, one in enumerate(groups)
                ]
            )
            each = ", ".join(f"{name} {found[labels == name].mean():.2f}" for name in np.unique(labels))
            yield Figure(f"posed, {course.words}: spotted", float(found.mean()), "share", note=each)
        for course in COURSES[2:4]:
            share = float(np.mean([is_spotted(still, one, course, SOON_S) for one in groups]))
            name = f"posed, {course.words}, begins {SOON_S:g} s after the first frame: spotted"
            yield Figure(name, share, "share")
        if talking:
            yield from spotting_while_talking(recordings(folder, "talking"), groups)


def labels(posed: dict[str, NDArray[np.generic]], names: Sequence[str]) -> Iterator[Figure]:
    """Rows of the models: share of the posed expressions that get their label."""
    from mer_ros.recognition import Recogniser

    truth = posed["label"].astype(str)
    for name in names:
        model = Recogniser.load(files.models_dir() / f"{name}.safetensors")
        spec = model.card.input
        answers = [model.predict_sample(spec.read(flow.astype(np.float32))) for flow in posed["flow"]]
        best = np.array([one.best_label for one in answers])
        right = best == truth
        each = ", ".join(
            f"{label} {right[truth == label].sum()} of {(truth == label).sum()}" for label in np.unique(truth)
        )
        yield Figure(
            f"posed, {name}: labels right",
            float(right.mean()),
            "share",
            ">= 0.6",
            bool(right.mean() >= 0.6),
            each,
        )
        confidence = float(np.mean([one.probabilities.max() for one in answers]))
        yield Figure(f"posed, {name}: mean confidence", confidence, "probability")


def fields(real: dict[str, NDArray[np.generic]]) -> Iterator[Figure]:
    """Rows of the unit fields: cosine between the mean real flow and the field of each head."""
    own = generator().units
    size = real["flow"].shape[-1]
    heads = {head: unit_fields(head, size) for head in generator().heads}
    for name, flow in zip(real["units"].astype(str), real["flow"].astype(np.float64), strict=True):
        units = [f"AU{one}" for one in name.replace("AU", "").split("+")]
        for head, by_unit in heads.items():
            summed = np.sum([by_unit[own.index(unit)] for unit in units], axis=0)
            yield Figure(f"field of {name}, {head}", _cosine(flow, summed), "cosine")


def _cosine(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Cosine of two (2, S, S) flows without their mean, where both are visible."""
    seen = slice(round(VISIBLE_FROM * one.shape[-1]), None)
    a, b = (flow[:, seen] - flow[:, seen].mean(axis=(1, 2), keepdims=True) for flow in (one, other))
    return float((a * b).sum() / (np.linalg.norm(a) * np.linalg.norm(b)))


def _arrays(path: Path) -> dict[str, NDArray[np.generic]] | None:
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as stored:
        return dict(stored)


def main() -> int:
    """Measure and publish."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fields", type=Path, help="the file of unit fields, if it lies elsewhere")
    options = parser.parse_args()
    if not options.folder.is_dir():
        raise SystemExit(f"There is no folder {options.folder}: give the folder with your recordings.")
    posed = _arrays(options.folder / "posed_flow.npz")
    real = _arrays(options.fields or options.folder / "unit_fields.npz")
    figures = list(spotting(options.folder, posed))
    if posed is not None:
        figures += labels(posed, ("linear_prototype", "prototype", "micro_attention"))
    if real is not None:
        figures += fields(real)
    if not figures:
        raise SystemExit(f"{options.folder} has none of the parts that --help lists: add one.")
    return 0 if publish("real_faces", figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
