"""Rendered expressions cut as the tracker cuts its events: aligned crops from onset to offset.

Everybody shows the emotions in turn, on video with every nuisance of ``synthetic.everyday``; only the frames
of an expression are rendered. What happens to them is the tracker's own code: FaceMesh looks at the first
frame, registration carries the crop along (``motion.meter``), and the flow from onset to apex is measured
on the crops that the clip holds. The spotter itself is not run, which would need every frame between the
expressions: onset and apex are off as its are (``MISTIMED``), the offset as the onset is, nothing is missed
and nothing is a false event.

One photograph is behind everybody: what reads appearance finds it easier here than on real people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic import SyntheticClip, everyday
from mer_ros.data.synthetic.flow_samples import MISTIMED
from mer_ros.data.synthetic.subject import make_subject
from mer_ros.data.synthetic.timeline import Timeline, TrueEvent, make_timeline
from mer_ros.errors import ConfigError, DataError
from mer_ros.face.geometry import CROP_INTEROCULAR_PX, interocular_px
from mer_ros.face.mesh import FaceMesh
from mer_ros.motion.key_frames import measured_sequence
from mer_ros.motion.meter import Motion, MotionMeter
from mer_ros.motion.registration import residual_flow
from mer_ros.types import EMOTIONS

FPS = 60.0
"""Frames a second: an expression of 150 to 450 ms has 9 to 27, an event of the tracker 4 to 32."""

AMPLITUDE_PX = (0.8, 4.0)
"""Peak displacement of a landmark, crop pixels; drawn log-uniformly. Less is hardly ever spotted."""

FRAME_WH = (304, 304)
"""The least square frame, pixels, that holds the whole crop of a face as wide as in the demo."""

Watch = Callable[[int, int], None]
"""Told how many clips are rendered, and of how many."""


@dataclass(frozen=True, eq=False)
class RenderedClips:
    """N expressions.

    crops: each (T, S, S) uint8 grey, aligned, onset to offset. flow: (N, 2, S, S) float32 u and v, crop
    pixels, onset to apex. labels: (N,) int64 into ``EMOTIONS``. subjects: (N,) int64 ids. sequences: each
    (T, 2, S, S) float32, onset to moments evenly up to the offset; empty unless asked for. apex: (N,) int64,
    which of the crops is the apex.
    """

    crops: tuple[NDArray[np.uint8], ...]
    flow: NDArray[np.float32]
    labels: NDArray[np.int64]
    subjects: NDArray[np.int64]
    sequences: tuple[NDArray[np.float32], ...] = ()
    apex: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))


def rendered_clips(
    n: int,
    subjects: Sequence[int],
    seed: int,
    watch: Watch | None = None,
    cores: int = 0,
    sequences: bool = False,
) -> RenderedClips:
    """``n`` clips, about equally many of each subject; the same arguments give the same bytes.

    cores: over how many the subjects are spread, 0 for all there are. No byte depends on it. sequences: also
    measure the flow over time, which takes a third longer and 1.5 MB a clip.
    """
    people = len(subjects)
    if not 1 <= people <= n:
        raise ConfigError(f"{n} clips cannot be of {people} subjects: give each a clip at least.")
    import joblib  # late: most who import this module's names render nothing

    counts = [n // people + (k < n % people) for k in range(people)]
    jobs = (joblib.delayed(_filmed)(*job, seed, sequences) for job in zip(subjects, counts, strict=True))
    shots: list[tuple[_Shot, int]] = []
    filmed = joblib.Parallel(min(cores or joblib.cpu_count(), people), return_as="generator")(jobs)
    for subject, own in zip(subjects, filmed, strict=True):
        shots += [(shot, subject) for shot in own]
        if watch:
            watch(len(shots), n)
    return RenderedClips(
        crops=tuple(shot.crops for shot, _ in shots),
        apex=np.array([shot.apex for shot, _ in shots], np.int64),
        flow=np.stack([shot.flow for shot, _ in shots]),
        labels=np.array([shot.label for shot, _ in shots], np.int64),
        subjects=np.array([subject for _, subject in shots], np.int64),
        sequences=tuple(shot.sequence for shot, _ in shots if shot.sequence is not None),
    )


def people_for(n: int, subjects: Sequence[int]) -> Sequence[int]:
    """The first of the subjects, so many that each shows every emotion once where they suffice."""
    return subjects[: min(max(-(-n // len(EMOTIONS)), 2), len(subjects))]


@dataclass(frozen=True, eq=False)
class _Shot:
    """One expression of somebody; fields as in ``RenderedClips``."""

    crops: NDArray[np.uint8]
    apex: int
    flow: NDArray[np.float32]
    label: int
    sequence: NDArray[np.float32] | None


def _filmed(subject: int, n: int, seed: int, sequences: bool) -> list[_Shot]:
    """``n`` expressions of a subject."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)  # the work is spread over processes
    mesh = FaceMesh(max_faces=1, tracking=False)
    try:
        return list(_shots(subject, n, seed, mesh, sequences))
    finally:
        mesh.close()
        cv2.setNumThreads(threads)


def _shots(subject_id: int, n: int, seed: int, mesh: FaceMesh, sequences: bool) -> Iterator[_Shot]:
    own_seed = int(np.random.SeedSequence([seed, subject_id]).generate_state(1)[0])
    rng = np.random.default_rng([own_seed, 0xE7])
    subject, conditions = make_subject(subject_id), everyday(own_seed)
    script = _strengthened(make_timeline(own_seed, subject, n, conditions, typical=False), rng)
    clip = SyntheticClip(subject, script, own_seed, FPS, FRAME_WH, conditions=conditions)
    clip.amplitude_px = (
        interocular_px(clip.true_landmarks(0).astype(np.float32)) / CROP_INTEROCULAR_PX
    )  # a crop pixel
    kept = np.flatnonzero(~clip.lost) / FPS
    for event in script.events:
        onset, apex, offset = _spotted(event, rng)
        times = kept[(kept >= onset) & (kept <= offset)]
        frames = [clip.render(round(time * FPS)) for time in times]
        meter = MotionMeter(frames[0], _first_look(mesh, frames, subject_id))
        motions = [meter.step(frame) for frame in frames]
        top = int(np.abs(times - apex).argmin())
        yield _Shot(
            np.stack([motion.grey for motion in motions]),
            top,
            residual_flow(motions[0].crop, motions[top].crop, meter.landmarks).transpose(2, 0, 1),
            EMOTIONS.index(event.emotion),
            _sequence(motions, (times - onset) / (offset - onset), meter.landmarks) if sequences else None,
        )


def _sequence(
    motions: Sequence[Motion], times: NDArray[np.float64], landmarks: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(T, 2, S, S) flow over time. times: of the frames, 0 at the onset, 1 at the offset."""
    return measured_sequence(motions[0].crop, [motion.crop for motion in motions[1:]], times[1:], landmarks)


def _strengthened(script: Timeline, rng: np.random.Generator) -> Timeline:
    """Every expression with an amplitude of its own, crop pixels, in place of a gain."""
    low, high = np.log(AMPLITUDE_PX)
    amplitudes = np.exp(rng.uniform(low, high, len(script.events)))
    events = (replace(event, gain=float(a)) for event, a in zip(script.events, amplitudes, strict=True))
    return replace(script, events=tuple(events))


def _spotted(event: TrueEvent, rng: np.random.Generator) -> tuple[float, float, float]:
    """Onset, apex and offset, s, as the spotter would tell them."""
    late, sigma = MISTIMED
    dynamics = event.dynamics
    onset = event.onset_s + dynamics.rise_s * rng.uniform(0, late)
    offset = event.offset_s - dynamics.decay_s * rng.uniform(0, late)
    apex = event.apex_s + rng.normal(0, sigma) * dynamics.duration_s
    return onset, float(np.clip(apex, onset, offset)), offset


def _first_look(mesh: FaceMesh, frames: Sequence[NDArray[np.uint8]], subject: int) -> NDArray[np.float32]:
    """(468, 3) landmarks from the first frame in which the face is found."""
    for frame in frames:
        faces = mesh.detect(frame)
        if faces:
            return faces[0]
    raise DataError(f"FaceMesh finds no face in a rendered clip of subject {subject}: choose another seed.")
