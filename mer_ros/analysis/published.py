"""Bags of what a graph published: the events as they were labelled and explained at the time.

Nothing is predicted again and no model is loaded. Crops, strip, loop and flow come from the event message.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from mer_ros.analysis.answering import Answering
from mer_ros.analysis.event_record import EventRecord, RecordedEvent, RecordedFaces, event_topics
from mer_ros.analysis.evidence import (
    EventEvidence,
    ModelAnswer,
    explained,
    pictures_of,
    plain_evidence,
    with_units,
)
from mer_ros.analysis.motion_lanes import ANY_REGION, LaneSampler
from mer_ros.analysis.recording import PICTURE_BYTES, Analysis
from mer_ros.analysis.recording_kind import Analyse, AnalysisSettings, RecordingKind
from mer_ros.analysis.recordings import NamedRecording
from mer_ros.analysis.rejected import RejectedMovement
from mer_ros.errors import ConfigError, DataError, InputError, quantity
from mer_ros.progress import SILENT, Progress
from mer_ros.recognition.sample import event_flow
from mer_ros.sources.bag import camera_topics
from mer_ros.sources.bag_file import check_path, opened, split
from mer_ros.sources.source_spec import parse
from mer_ros.spotting.rejection import SPEECH
from mer_ros.types import ExpressionEvent, Prediction

NO_LABEL = "The recording contains no label of this event."
NO_EXPLANATION = "The recording contains no explanation of this event."

_METHOD = (
    "While this was recorded, the nodes of a graph published the times, labels, sentences, heat maps and "
    "action units of this page. Flow, frames and loops were computed from the recorded crops. Prototypes, "
    "and what would have to change for the second label, need the model and are not shown."
)
_PROGRESS_ITEMS = 200


def analyse_record(
    record: EventRecord,
    name: str,
    progress: Progress = SILENT,
    stopped: Callable[[], bool] = lambda: False,
    picture_bytes: int = PICTURE_BYTES,
) -> Analysis | None:
    """What a graph published; None if it was stopped before the first event or frame.

    name: of the recording. progress: counted in frames, if they were recorded. picture_bytes: see
    ``Answering``. The faces of several cameras have ids that begin with the name of the camera. DataError if
    the record contains neither events nor faces.
    """
    began_s = time.monotonic()
    progress.started(name, record.n_frames or None)
    if not record.survey(stopped):
        return None
    run = _Run(record, picture_bytes)
    ended_by = ""
    with run.answering:
        for number, item in enumerate(record.items()):
            if stopped():
                ended_by = f"It was stopped after {run.last_s:.1f} s of the recording."
                break
            run.add(item)
            if number % _PROGRESS_ITEMS == 0:
                progress.advanced(name, run.frames, quantity(run.answering.submitted, "event"))
    progress.advanced(name, run.frames, quantity(run.answering.submitted, "event"))
    progress.finished(name)
    if run.is_empty and ended_by:
        return None
    if run.is_empty:
        raise DataError(record.emptiness)
    if record.damage and not ended_by:
        ended_by = f"The recording ended after {run.last_s:.1f} s: {record.damage}"
    return run.analysis(name, ended_by, time.monotonic() - began_s)


class _Run:
    """What is collected while a record is read. frames: their number. last_s: time of the last item."""

    def __init__(self, record: EventRecord, picture_bytes: int) -> None:
        self._record = record
        self._lanes = LaneSampler(ANY_REGION)
        self._said: dict[int, RecordedEvent] = {}  # of submitted events, by identity
        self._rates_hz: dict[str, float] = {}
        self._frames: Counter[str] = Counter()
        self._sources: set[str] = set()
        self._intervals_ns: list[float] = []
        self._models: Counter[str] = Counter()
        self.answering = Answering(self._evidence, picture_bytes)
        self.rejected: list[RejectedMovement] = []
        self.last_s = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether there was neither a frame nor an event."""
        return not (self.frames or self.answering.submitted or self.rejected)

    @property
    def frames(self) -> int:
        """Number of frames of all cameras."""
        return sum(self._frames.values())

    def add(self, item: RecordedFaces | RecordedEvent) -> None:
        """Take the next item of the record."""
        if isinstance(item, RecordedFaces):
            self._add_faces(item)
        else:
            self._add_event(item)

    def _add_faces(self, item: RecordedFaces) -> None:
        time_ns = item.stamp_ns - self._record.start_ns
        self._reach(item.source, time_ns)
        self._frames[item.source] += 1
        if item.frame_rate_hz > 0:
            self._rates_hz[item.source] = item.frame_rate_hz
        faces = [replace(face, id=_full_id(item.source, face.id)) for face in item.faces]
        motions = {face.id: np.array([face.motion], np.float32) for face in faces}
        self._lanes.add(time_ns, faces, motions)

    def _add_event(self, item: RecordedEvent) -> None:
        event = item.event.since(self._record.start_ns)
        event = replace(event, face_id=_full_id(event.source, event.face_id))
        self._reach(event.source, event.offset_ns)
        if event.withdrawn:
            self.rejected.append(RejectedMovement.of(event.face_id, event, SPEECH))
            return
        stamps_ns = [frame.stamp_ns for frame in event.clip]
        if len(stamps_ns) > 1:
            self._intervals_ns.append(float(np.median(np.diff(stamps_ns))))
        if item.prediction is not None:
            self._models[item.prediction.model] += 1
        self._said[id(event)] = item
        self.answering.submit(event)

    def _evidence(self, event: ExpressionEvent) -> EventEvidence:
        """The evidence of a submitted event."""
        return recorded_evidence(self._said.pop(id(event))._replace(event=event))

    def _reach(self, source: str, time_ns: int) -> None:
        self._sources.add(source)
        self.last_s = max(self.last_s, time_ns * 1e-9)

    def analysis(self, name: str, ended_by: str, took_s: float) -> Analysis:
        """What was found. ended_by: see ``Analysis``."""
        several = len(self._sources) > 1
        models = tuple(model for model, _ in self._models.most_common())
        rejected = sorted(self.rejected, key=lambda one: one.onset_s)
        return Analysis(
            name=name,
            models=models,
            fps=self._rate_hz(),
            size_wh=(0, 0),
            frames=self.frames,
            duration_s=self.last_s,
            ended_by=ended_by,
            remarks=tuple(self._remarks(models)),
            warnings=tuple(self._warnings()),
            lanes=tuple(
                replace(lane, face_id=_shown_id(lane.face_id, several)) for lane in self._lanes.lanes()
            ),
            events=tuple(
                replace(event, face_id=_shown_id(event.face_id, several))
                for event in self.answering.answered()
            ),
            rejected=tuple(replace(one, face_id=_shown_id(one.face_id, several)) for one in rejected) or None,
            faces_left_out=self._lanes.left_out,
            took_s=took_s,
            method=_METHOD,
        )

    def _rate_hz(self) -> float:
        """The lowest frame rate of the cameras, or else that of the clips of the events; 0 if unknown."""
        if self._rates_hz:
            return min(self._rates_hz.values())
        shortest_ns = min(self._intervals_ns, default=0.0)
        return 1e9 / shortest_ns if shortest_ns > 0 else 0.0

    def _remarks(self, models: Sequence[str]) -> list[str]:
        """Sentences for the beginning of the page."""
        names = " and ".join(dict.fromkeys(model.partition("@")[0] for model in models))
        of = f" with {names}" if names else ""
        found = [f"This page shows what the graph{of} published when the bag was recorded."]
        if self.answering.submitted and not models:
            found.append("The bag contains no labels.")
        if len(self._sources) > 1:
            cameras = ", ".join(
                f"{source} ({self._frames[source]} frames at {self._rates_hz.get(source, 0):.4g} per second)"
                if self._frames[source]
                else source
                for source in sorted(self._sources)
            )
            found.append(f"Cameras: {cameras}.")
        return found

    def _warnings(self) -> list[str]:
        found = self._record.warnings()
        if not self._frames:
            found.append("the faces of the frames were not recorded, so there is no timeline.")
        if self._record.n_undecided:
            found.append(
                f"{quantity(self._record.n_undecided, 'event')} had not been decided when the recording "
                "ended: speech may have followed."
            )
        found.append("movements that the tracker rejected are not published, except events that it withdrew.")
        return found


def recorded_evidence(record: RecordedEvent) -> EventEvidence:
    """The evidence of an event from what was published about it."""
    event, prediction, explanation = record
    try:
        found = replace(plain_evidence(event), pictures=pictures_of(event, event_flow(event)))
    except InputError as error:  # it was labelled nevertheless, if only as unknown
        found = plain_evidence(event, str(error))
    if prediction is None:
        return replace(found, failure=" ".join(filter(None, (found.failure, NO_LABEL))))
    if explanation is None or explanation.model != prediction.model:
        return replace(found, answers=(_unexplained(prediction),))
    return with_units(replace(found, answers=(explained(event, prediction, explanation),)), explanation)


def _unexplained(prediction: Prediction) -> ModelAnswer:
    """The answer of a model without an explanation."""
    reason = f" Reason of the label: {prediction.reason.rstrip('.')}." if prediction.reason else ""
    return ModelAnswer(
        prediction=prediction,
        text=NO_EXPLANATION + reason,
        regions=(),
        relevance=np.empty(0, np.float32),
        inside_face=float("nan"),
        what_if=None,
        map=None,
        prototype=None,
    )


def _full_id(source: str, face_id: str) -> str:
    return f"{source}\n{face_id}"


def _shown_id(full: str, several: bool) -> str:
    """The id of a face, with its camera if there are several."""
    source, _, face_id = full.partition("\n")
    return f"{source} {face_id}" if several else face_id


def _matches(spec: str) -> bool:
    """Whether it is a bag with events and without a camera, or names a topic of events."""
    kind, name = parse(spec)
    if kind != "bag":
        return False
    check_path(name)
    path, topic = split(name)
    with opened(path) as bag:
        topics = event_topics(bag)
        return topic in topics if topic else bool(topics) and not camera_topics(bag.reader)


@contextmanager
def _opened(recording: NamedRecording, settings: AnalysisSettings) -> Iterator[Analyse]:
    """See ``RecordingKind``; ConfigError for an option that has no effect."""
    if settings.source.fps or settings.source.rotate:
        raise ConfigError(
            f"'{recording.name}' contains what a graph published, with its times and orientation: omit --fps "
            "and --rotate."
        )
    path, topic = split(parse(recording.spec)[1])
    with opened(path) as bag:
        record = EventRecord(bag, topic)
        yield lambda video, progress, stopped: analyse_record(record, recording.name, progress, stopped)


KIND = RecordingKind(matches=_matches, opened=_opened)
