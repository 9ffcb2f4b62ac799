"""The analysis of one recording: every frame through the tracker, every event through the models."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mer_ros.analysis.annotated_video import AnnotatedVideo
from mer_ros.analysis.answering import Answering
from mer_ros.analysis.evidence import EventEvidence, evidence_of
from mer_ros.analysis.motion_lanes import LaneSampler, MotionLane, rows_of
from mer_ros.analysis.read_ahead import ReadAhead
from mer_ros.analysis.rejected import RejectedMovement
from mer_ros.errors import MerError, quantity
from mer_ros.explanation.explainer import Explainer
from mer_ros.pipeline import Pipeline, Step
from mer_ros.progress import SILENT, Progress
from mer_ros.sources.source import VideoSource
from mer_ros.spotting.config import WatcherConfig
from mer_ros.spotting.face_spotter import FaceSpotter
from mer_ros.spotting.rejection import MAY_BE_PART, SPEECH
from mer_ros.types import ExpressionEvent, Frame

PICTURE_BYTES = 6_400_000
"""Images of a page: Base64 adds a third, and a page has at most 10 MB."""

WATCHED = (
    "Every frame was tracked at the full frame rate, as by the nodes. Heat maps, action units, flow "
    "and distances are explained in docs/recognition.md of mer_ros. The second label was searched by "
    "changing the movement of one part of the face at a time to none or to twice as much."
)
"""How a recording of images is analysed."""

_SENSITIVITY_NS = 2_000_000_000  # between two measurements of what cannot be detected
_PROGRESS_FRAMES = 25


class FaceLimits(NamedTuple):
    """What could not be detected on a face.

    weakest: (G,) median of the weakest movement of each of the MOTION_GROUPS that could be an event,
    interocular distances. remarks: sentences about exposure and compression.
    """

    weakest: NDArray[np.float64]
    remarks: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Analysis:
    """What was found in a recording.

    name: of the recording. models: ids of the models, the first one first. fps: frame rate, Hz, 0 if unknown.
    size_wh: pixels, (0, 0) if unknown. frames: number of analysed frames, 0 if unknown. duration_s: stream
    time from the first to the last of them. ended_by: sentence on what ended the analysis before the end of
    the recording, or "". remarks: other sentences for the beginning of the page. warnings: sentences on the
    recording. lanes: movement of every face. events: in order of onset. rejected: movements that are no
    expression, in order of onset; None if they are not known. limits: by face. judged: which share of the
    frames could be judged, in words. not_followed: largest number of faces at once that were seen but not
    followed. faces_left_out: number of faces beyond the first 32, which have no lane. took_s: wall time.
    method: how it was made, in sentences.
    """

    name: str
    models: tuple[str, ...]
    fps: float
    size_wh: tuple[int, int]
    frames: int
    duration_s: float
    ended_by: str = ""
    remarks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    lanes: tuple[MotionLane, ...] = ()
    events: tuple[EventEvidence, ...] = ()
    rejected: tuple[RejectedMovement, ...] | None = ()
    limits: dict[str, FaceLimits] = field(default_factory=dict)
    judged: str = ""
    not_followed: int = 0
    faces_left_out: int = 0
    took_s: float = 0.0
    method: str = WATCHED

    @property
    def n_faces(self) -> int:
        """Number of faces, also of those without a lane."""
        with_event = {event.face_id for event in self.events}
        return max(len(self.lanes) + self.faces_left_out, len(with_event))


def analyse(
    source: VideoSource,
    name: str,
    explainers: Sequence[Explainer],
    video: Path | None = None,
    progress: Progress = SILENT,
    total_frames: int | None = None,
    stopped: Callable[[], bool] = lambda: False,
    picture_bytes: int = PICTURE_BYTES,
    config: WatcherConfig | None = None,
) -> Analysis:
    """Analyse a recording from its first frame to its last.

    source: of the frames; the caller closes it. name: of the recording, and of its task for ``progress``,
    which is counted in frames, with the events so far as note. explainers: one for each model. video: path of
    the annotated video, None for none. total_frames: for ``progress``, None if unknown. stopped: whether to
    end now with what was found so far. picture_bytes: see ``Answering``.

    A recording that fails after its first frames gives what was found until then, with the sentence in
    ``ended_by``; one that fails before raises DataError or ConfigError.
    """
    began_s = time.monotonic()
    config = config or WatcherConfig()
    progress.started(name, total_frames)
    with ExitStack() as stack:
        answering = stack.enter_context(Answering(partial(evidence_of, explainers=explainers), picture_bytes))
        drawn = AnnotatedVideo(video, config.spotter.min_motion) if video is not None else None
        if drawn is not None:
            stack.enter_context(drawn)
        pipeline = stack.enter_context(Pipeline(config=config))
        run = _Run(pipeline, answering, drawn)
        frames = stack.enter_context(ReadAhead(source))
        ended_by = ""
        try:
            for time_ns, image in frames:
                if stopped():
                    ended_by = f"It was stopped after {run.last_ns * 1e-9:.1f} s of the recording."
                    break
                run.add(Frame(image, time_ns))
                if run.frames % _PROGRESS_FRAMES == 0:
                    progress.advanced(name, run.frames, quantity(answering.submitted, "event"))
        except MerError as error:
            if not run.frames:
                raise
            ended_by = f"The recording ended after {run.last_ns * 1e-9:.1f} s: {error}"
        run.flush()
        progress.advanced(name, run.frames, quantity(answering.submitted, "event"))
    progress.finished(name)
    return Analysis(
        name=name,
        models=tuple(explainer.recogniser.model_id for explainer in explainers),
        fps=source.fps,
        size_wh=run.size_wh,
        frames=run.frames,
        duration_s=run.last_ns * 1e-9,
        ended_by=ended_by,
        warnings=tuple(source.warnings),
        lanes=tuple(run.lanes.lanes()),
        events=tuple(answering.answered()),
        rejected=independent(run.rejected, answering.answered()),
        limits=run.limits(),
        judged=str(pipeline.watcher.judged),
        not_followed=run.not_followed,
        faces_left_out=run.lanes.left_out,
        took_s=time.monotonic() - began_s,
    )


def independent(
    rejected: Sequence[RejectedMovement], events: Sequence[EventEvidence]
) -> tuple[RejectedMovement, ...]:
    """Rejected movements in order of onset, without those that were part of a larger one that is an event."""
    left = [
        one
        for one in rejected
        if one.reason not in MAY_BE_PART
        or not any(
            event.face_id == one.face_id and event.onset_s < one.offset_s and event.offset_s > one.onset_s
            for event in events
        )
    ]
    return tuple(sorted(left, key=lambda one: one.onset_s))


class _Run:
    """What is collected while a recording is watched. frames, last_ns: number and stamp of the frames."""

    def __init__(self, pipeline: Pipeline, answering: Answering, video: AnnotatedVideo | None) -> None:
        self._pipeline, self._answering, self._video = pipeline, answering, video
        self.lanes = LaneSampler()
        self.rejected: list[RejectedMovement] = []
        self._spotters: dict[str, FaceSpotter] = {}
        self._weakest: dict[str, list[NDArray[np.float64]]] = {}
        self._remarks: dict[str, dict[str, None]] = {}
        self._measured_ns = 0
        self.frames, self.last_ns, self.not_followed = 0, 0, 0
        self.size_wh = (0, 0)

    def add(self, frame: Frame) -> None:
        """Watch the next frame."""
        self.frames, self.last_ns = self.frames + 1, frame.stamp_ns
        self.size_wh = frame.image.shape[1], frame.image.shape[0]
        step = self._pipeline.process(frame)
        self._take(step)
        if self._video is not None:
            self._video.add(frame.stamp_ns, frame.image, step.faces)
        for event in step.reported:
            self._decide(event)

    def flush(self) -> None:
        """What is still provisional is final: no more frames follow."""
        if not self._weakest:  # of a recording that is shorter than the time between two measurements
            self._take_sensitivities()
        for event in self._pipeline.watcher.flush():
            self._decide(event)
        self._take_rejected()

    def limits(self) -> dict[str, FaceLimits]:
        """By id of the face."""
        return {
            id_: FaceLimits(np.median(found, axis=0), tuple(self._remarks[id_]))
            for id_, found in self._weakest.items()
        }

    def _take(self, step: Step) -> None:
        self._take_rejected()  # of faces that this frame has lost, too
        watcher = self._pipeline.watcher
        self._spotters = watcher.spotters()
        motions = {id_: rows_of(spotter.motions) for id_, spotter in self._spotters.items()}
        self.lanes.add(step.frame.stamp_ns, step.faces, motions)
        self.not_followed = max(self.not_followed, watcher.n_not_followed)
        if step.frame.stamp_ns - self._measured_ns >= _SENSITIVITY_NS:
            self._measured_ns = step.frame.stamp_ns
            self._take_sensitivities()

    def _take_sensitivities(self) -> None:
        for found in self._pipeline.watcher.sensitivities():
            if found.quality:
                continue
            self._weakest.setdefault(found.id, []).append(found.weakest)
            remarks = self._remarks.setdefault(found.id, {})
            if found.compression:
                remarks[found.compression] = None

    def _take_rejected(self) -> None:
        for id_, spotter in self._spotters.items():
            for one in spotter.take_rejected():
                self.rejected.append(RejectedMovement.of(id_, one.spotted, one.reason))

    def _decide(self, event: ExpressionEvent) -> None:
        """Answer a final event, and note a withdrawn one."""
        if event.withdrawn:
            self.rejected.append(RejectedMovement.of(event.face_id, event, SPEECH))
        elif event.is_final:
            answer = self._answering.submit(event)
            if self._video is not None:
                self._video.add_label(answer)
