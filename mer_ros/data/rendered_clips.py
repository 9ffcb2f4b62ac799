"""Rendered expressions as the tracker would deliver them: aligned crops from onset to offset.

Each subject shows the emotions in turn, on video with all nuisances of ``synthetic.everyday``; only the
frames of an expression are rendered. They are processed by the code of the tracker: FaceMesh detects the face
in the first frame, registration follows it (``motion.meter``), and the flow from onset to apex is measured
between the crops of the clip. The spotter is not run, since it would need all frames between the expressions.
Instead, onset and apex get its timing errors (``MISTIMED``), and the offset that of the onset. No event is
missed and none is false.

Subjects are spread over the heads of the generator, as in flow samples. Those of one head share a photograph,
and the skin of the others is drawn, so recognition from appearance is easier here than on real people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.annotations.coded_units import CodedUnit
from mer_ros.data.corruptions.corruption import Shot
from mer_ros.data.corruptions.recordings import Inputs
from mer_ros.data.synthetic import GENERATOR_VERSION, SyntheticClip, everyday
from mer_ros.data.synthetic.coding import coded_units
from mer_ros.data.synthetic.flow_samples import MISTIMED
from mer_ros.data.synthetic.subject import Subject, make_subject
from mer_ros.data.synthetic.timeline import Timeline, TrueEvent, make_timeline
from mer_ros.errors import ConfigError, DataError
from mer_ros.face.geometry import CROP_INTEROCULAR_PX, interocular_px
from mer_ros.face.mesh import FaceMesh
from mer_ros.motion.key_frames import measured_sequence
from mer_ros.motion.meter import Motion, MotionMeter
from mer_ros.motion.registration import residual_flow
from mer_ros.progress import SILENT, Progress
from mer_ros.types import EMOTIONS, InputKind

FPS = 60.0
"""Frame rate: an expression of 150 to 450 ms has 9 to 27 frames, an event of the tracker 4 to 32."""

AMPLITUDE_PX = (0.8, 4.0)
"""Peak displacement of a landmark, crop pixels, drawn log-uniformly. Less is hardly ever spotted."""

FRAME_WH = (304, 304)
"""Smallest square frame, pixels, that contains the whole crop of a face as wide as in the demo."""

TASK = "rendering"
"""The task that ``rendered_clips`` reports to ``progress``, counted in clips."""


@dataclass(frozen=True, eq=False)
class RenderedClips:
    """N expressions.

    crops: each (T, S, S) uint8 grey, aligned, onset to offset. flow: (N, 2, S, S) float32 u and v, crop
    pixels, onset to apex. labels: (N,) int64 indices into ``EMOTIONS``. subjects: (N,) int64 ids. sequences:
    each (T, 2, S, S) float32, from the onset to evenly spaced moments up to the offset; empty if not
    requested. apex_index: (N,) int64, index of the crop at the apex. units: the action units of each.
    """

    crops: tuple[NDArray[np.uint8], ...]
    flow: NDArray[np.float32]
    labels: NDArray[np.int64]
    subjects: NDArray[np.int64]
    sequences: tuple[NDArray[np.float32], ...] = ()
    apex_index: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    units: tuple[tuple[CodedUnit, ...], ...] = ()


def rendered_clips(
    n: int,
    subjects: Sequence[int],
    seed: int,
    progress: Progress = SILENT,
    cores: int = 0,
    sequences: bool = False,
    *,
    head: str = "",
    version: str = GENERATOR_VERSION,
) -> RenderedClips:
    """Render ``n`` clips, about the same number of each subject; the same arguments give the same bytes.

    progress: receives ``TASK``. cores: number of processes, 0 for one per core; the bytes do not depend on
    it. sequences: also measure the flow over time, which takes a third longer and 1.5 MB per clip. head,
    version: see ``make_subject``. Raises ConfigError if there are fewer clips than subjects or for an unknown
    head or version, DataError if FaceMesh detects no face in a clip.
    """
    n_subjects = len(subjects)
    if not 1 <= n_subjects <= n:
        raise ConfigError(f"Found {n} clips for {n_subjects} subjects: use one subject and a clip for each.")
    make_subject(subjects[0], head=head, version=version)  # an unknown head or version is reported here
    import joblib  # imported here: most importers of this module render nothing

    jobs = (
        joblib.delayed(_render_subject)(
            make_subject(subject, head=head, version=version), own, seed, sequences
        )
        for subject, own in clips_per_subject(n, subjects)
    )
    clips: list[tuple[_Clip, int]] = []
    rendered = joblib.Parallel(min(cores or joblib.cpu_count(), n_subjects), return_as="generator")(jobs)
    progress.started(TASK, n)
    for subject, own in zip(subjects, rendered, strict=True):
        clips += [(clip, subject) for clip in own]
        progress.advanced(TASK, len(clips))
    progress.finished(TASK)
    return RenderedClips(
        crops=tuple(clip.crops for clip, _ in clips),
        apex_index=np.array([clip.apex_index for clip, _ in clips], np.int64),
        flow=np.stack([clip.flow for clip, _ in clips]),
        labels=np.array([clip.label for clip, _ in clips], np.int64),
        subjects=np.array([subject for _, subject in clips], np.int64),
        sequences=tuple(clip.sequence for clip, _ in clips if clip.sequence is not None),
        units=tuple(clip.units for clip, _ in clips),
    )


def subjects_for(n: int, subjects: Sequence[int]) -> Sequence[int]:
    """The first subjects, as many as ``n`` clips need if each shows every emotion once, at least two."""
    return subjects[: min(max(-(-n // len(EMOTIONS)), 2), len(subjects))]


@dataclass(frozen=True, eq=False)
class RenderedShot:
    """The frames of one expression, as the camera delivers them.

    shot: frames, times (s of the clip) and true landmarks. onset_s, apex_s, offset_s: as the spotter would
    time it. label: index into ``EMOTIONS``. units: its action units, as a coder writes them.
    """

    shot: Shot
    onset_s: float
    apex_s: float
    offset_s: float
    label: int
    units: tuple[CodedUnit, ...]


@dataclass(frozen=True, eq=False)
class _Clip:
    """One expression of a subject; fields as in ``RenderedClips``."""

    crops: NDArray[np.uint8]
    apex_index: int
    flow: NDArray[np.float32]
    label: int
    units: tuple[CodedUnit, ...]
    sequence: NDArray[np.float32] | None


def _render_subject(subject: Subject, n: int, seed: int, sequences: bool) -> list[_Clip]:
    """``n`` expressions of a subject."""
    with mesh_of_worker() as mesh:
        return [_measured(one, subject, mesh, sequences) for one in shots(subject, n, seed)]


@contextmanager
def mesh_of_worker() -> Iterator[FaceMesh]:
    """FaceMesh for one face, and OpenCV on one thread: the subjects are distributed over processes."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    mesh = FaceMesh(max_faces=1, tracking=False)
    try:
        yield mesh
    finally:
        mesh.close()
        cv2.setNumThreads(threads)


def shots(subject: Subject, n: int, seed: int) -> Iterator[RenderedShot]:
    """The frames of ``n`` expressions of a subject; the same arguments give the same bytes."""
    own_seed = _own_seed(subject, seed)
    rng = np.random.default_rng([own_seed, 0xE7])
    conditions = everyday(own_seed)
    timeline = _with_amplitudes(make_timeline(own_seed, subject, n, conditions, typical=False), rng)
    clip = SyntheticClip(subject, timeline, own_seed, FPS, FRAME_WH, conditions=conditions)
    clip.amplitude_px = (
        interocular_px(clip.true_landmarks(0).astype(np.float32)) / CROP_INTEROCULAR_PX
    )  # a crop pixel
    kept = np.flatnonzero(~clip.lost) / FPS
    for event in timeline.events:
        onset, apex, offset = _spotted_times(event, rng)
        times = kept[(kept >= onset) & (kept <= offset)]
        places = [round(time * FPS) for time in times]
        frames = np.stack([clip.render(place) for place in places])
        landmarks = np.stack([clip.true_landmarks(place) for place in places]).astype(np.float32)
        label = EMOTIONS.index(event.emotion)
        units = coded_units(event.strengths)
        yield RenderedShot(Shot(frames, times, landmarks), onset, apex, offset, label, units)


def true_labels(subject: Subject, n: int, seed: int) -> list[int]:
    """The labels of ``shots`` of the same arguments, without rendering them."""
    own_seed = _own_seed(subject, seed)
    events = make_timeline(own_seed, subject, n, everyday(own_seed), typical=False).events
    return [EMOTIONS.index(event.emotion) for event in events]


def _own_seed(subject: Subject, seed: int) -> int:
    return int(np.random.SeedSequence([seed, subject.id]).generate_state(1)[0])


def clips_per_subject(n: int, subjects: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """(subject, number of clips) of ``n`` clips, about the same number of each subject."""
    counts = (n // len(subjects) + (k < n % len(subjects)) for k in range(len(subjects)))
    return tuple(zip(subjects, counts, strict=True))


@dataclass(frozen=True, eq=False)
class _Followed:
    """A shot as the tracker follows it. top: index of the frame nearest to the apex. passed: time of each
    frame, 0 at the onset, 1 at the offset.
    """

    motions: list[Motion]
    landmarks: NDArray[np.float32]
    top: int
    passed: NDArray[np.float64]

    def crops(self) -> NDArray[np.uint8]:
        """(T, S, S) grey."""
        return np.stack([motion.grey for motion in self.motions])

    def apex_image(self) -> NDArray[np.uint8]:
        """(S, S, 3) BGR, without colour."""
        return np.asarray(cv2.cvtColor(self.motions[self.top].grey, cv2.COLOR_GRAY2BGR), np.uint8)

    def flow(self) -> NDArray[np.float32]:
        """(2, S, S) from onset to apex."""
        onset, apex = self.motions[0].crop, self.motions[self.top].crop
        return np.asarray(residual_flow(onset, apex, self.landmarks).transpose(2, 0, 1), np.float32)

    def sequence(self) -> NDArray[np.float32]:
        """(T, 2, S, S) flow over time."""
        later = [motion.crop for motion in self.motions[1:]]
        return measured_sequence(self.motions[0].crop, later, self.passed[1:], self.landmarks)

    def input(self, kind: InputKind) -> NDArray[Any]:
        """What a system of this kind reads."""
        makers: dict[InputKind, Callable[[], NDArray[Any]]] = {
            "flow": self.flow,
            "clip": self.crops,
            "apex": self.apex_image,
            "sequence": self.sequence,
        }
        return makers[kind]()


def _follow(one: RenderedShot, mesh: FaceMesh) -> _Followed | None:
    """From the first frame in which a face is detected; None if there is none in any."""
    frames = one.shot.frames
    landmarks = next((faces[0] for frame in frames if (faces := mesh.detect(frame))), None)
    if landmarks is None:
        return None
    meter = MotionMeter(frames[0], landmarks)
    motions = [meter.step(frame) for frame in frames]
    passed = (one.shot.times_s - one.onset_s) / (one.offset_s - one.onset_s)
    return _Followed(motions, meter.landmarks, int(np.abs(one.shot.times_s - one.apex_s).argmin()), passed)


def measured_inputs(one: RenderedShot, mesh: FaceMesh, kinds: Sequence[InputKind]) -> Inputs | None:
    """What systems of these kinds read of a shot; None if no face is detected in any frame."""
    followed = _follow(one, mesh)
    return None if followed is None else {kind: followed.input(kind) for kind in kinds}


def _measured(one: RenderedShot, subject: Subject, mesh: FaceMesh, sequences: bool) -> _Clip:
    followed = _follow(one, mesh)
    if followed is None:
        raise DataError(
            f"FaceMesh detects no face in a rendered clip of subject {subject.id}: choose another seed."
        )
    sequence = followed.sequence() if sequences else None
    return _Clip(followed.crops(), followed.top, followed.flow(), one.label, one.units, sequence)


def _with_amplitudes(timeline: Timeline, rng: np.random.Generator) -> Timeline:
    """The timeline with a random amplitude in crop pixels as the gain of each expression."""
    low, high = np.log(AMPLITUDE_PX)
    amplitudes = np.exp(rng.uniform(low, high, len(timeline.events)))
    events = (replace(event, gain=float(a)) for event, a in zip(timeline.events, amplitudes, strict=True))
    return replace(timeline, events=tuple(events))


def _spotted_times(event: TrueEvent, rng: np.random.Generator) -> tuple[float, float, float]:
    """Onset, apex and offset, s, with the timing errors of the spotter."""
    late, sigma = MISTIMED
    dynamics = event.dynamics
    onset = event.onset_s + dynamics.rise_s * rng.uniform(0, late)
    offset = event.offset_s - dynamics.decay_s * rng.uniform(0, late)
    apex = event.apex_s + rng.normal(0, sigma) * dynamics.duration_s
    return onset, float(np.clip(apex, onset, offset)), offset
