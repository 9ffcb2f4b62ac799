"""The complete pipeline from images to explained expressions in one process, without ROS.

    source -> frames -> faces and events -> predictions -> explanations

The ROS nodes run the same parts in separate processes; scripts, examples and benchmarks use this module.
Example::

    from mer_ros import Pipeline, SourceOptions, open_source

    source = open_source("synthetic:1", SourceOptions(fps=100.0))
    with Pipeline.load("linear_prototype", explain=True) as pipeline:
        for step in pipeline.run(source):
            for answer in step.answers:
                print(answer.event.apex_ns, answer.prediction.label, answer.explanation.text)

``Pipeline()`` runs perception only, without model and torch: its answers hold events without predictions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from mer_ros import files
from mer_ros.errors import ConfigError
from mer_ros.explanation.languages import DEFAULT_LANGUAGE
from mer_ros.recognition import model_files
from mer_ros.recognition.sample import event_flow
from mer_ros.sources.catalogue import SOURCES
from mer_ros.sources.source import FrameSequence, SourceOptions, Truth
from mer_ros.sources.source_spec import parse
from mer_ros.spotting.config import WatcherConfig
from mer_ros.spotting.watcher import FaceWatcher
from mer_ros.stream.repeats import RepeatFilter
from mer_ros.types import Explanation, ExpressionEvent, Face, Frame, Prediction

if TYPE_CHECKING:
    from mer_ros.explanation.explainer import Explainer
    from mer_ros.recognition.recogniser import Recogniser


@dataclass(frozen=True, eq=False)
class Answer:
    """One spotted expression with its prediction and explanation.

    prediction: None in a pipeline without a model. explanation: None unless ``explain`` was set.
    """

    event: ExpressionEvent
    prediction: Prediction | None = None
    explanation: Explanation | None = None


@dataclass(frozen=True, eq=False)
class Step:
    """One frame, the faces in it, and an answer for each expression that became final at this frame.

    reported: events as the tracker reports them, also provisional and withdrawn ones, which have no answer.
    """

    frame: Frame
    faces: list[Face]
    answers: list[Answer]
    reported: list[ExpressionEvent]


def truth_of(spec: str, options: SourceOptions) -> Truth | None:
    """The known expressions of a source, such as "synthetic:1"; None for a recording or a camera.

    Nothing is opened or rendered. ConfigError if the text does not name a source.
    """
    kind, name = parse(spec)
    return SOURCES.get(kind).truth(name, options)


def frames_of(source: FrameSequence, start_ns: int = 0, name: str = "") -> Iterator[Frame]:
    """The images of a recorded source as frames, stamped ``start_ns`` + their times.

    Lost frames are missing, as from a camera. name: ``source`` of the frames. The source is read once, from
    its start; the caller closes it.
    """
    for time_ns, image in source.timed_frames():
        yield Frame(image, start_ns + time_ns, source=name)


class Pipeline:
    """Tracks faces, spots expressions and labels each, frame by frame and causally.

    recogniser: the model; None for perception only. explain: also explain each prediction, which costs one
    gradient pass per event. config: settings of perception. language: that of the explanations, "en", "de" or
    "ja". A pipeline is not thread-safe and processes the frames of one camera, in time order. Close it, or
    use it as a context manager: FaceMesh holds native memory and a thread.
    """

    def __init__(
        self,
        recogniser: Recogniser | None = None,
        explain: bool = False,
        config: WatcherConfig | None = None,
        language: str = DEFAULT_LANGUAGE,
    ) -> None:
        self._recogniser = recogniser
        self._explainer: Explainer | None = None
        if explain:
            if recogniser is None:
                raise ConfigError("A pipeline without a model has nothing to explain: pass a recogniser.")
            from mer_ros.explanation.explainer import Explainer  # late: imports torch

            self._explainer = Explainer(recogniser, language=language)
        self.watcher = FaceWatcher(config)
        self._repeats = RepeatFilter((config or WatcherConfig()).max_gap_s)
        self._faces: list[Face] = []  # of the last image

    @classmethod
    def load(
        cls,
        model: str = "linear_prototype",
        models_dir: Path | None = None,
        device: str = "cpu",
        explain: bool = False,
        config: WatcherConfig | None = None,
        language: str = DEFAULT_LANGUAGE,
    ) -> Pipeline:
        """A pipeline with a checkpoint, given by name, hash or path in ``models_dir`` (None: shipped models).

        CheckpointError if it cannot be loaded. device: "cpu", "cuda" or "auto".
        """
        from mer_ros.recognition.recogniser import Recogniser  # late: importing torch takes two seconds

        path = model_files.find(models_dir or files.models_dir(), model)
        return cls(Recogniser.load(path, device), explain, config, language)

    def process(self, frame: Frame) -> Step:
        """Process the next frame; one with the image of the frame before has the same faces."""
        if self._repeats.is_repeat(frame.image, frame.stamp_ns):
            self.watcher.judged.add_repeat()
            return Step(frame, self._faces, [], [])
        seen = self.watcher.process(frame)
        self._faces = seen.faces
        return self._step(frame, seen.faces, seen.events)

    def _step(self, frame: Frame, faces: list[Face], reported: list[ExpressionEvent]) -> Step:
        return Step(frame, faces, [self.answer(e) for e in reported if e.is_final], reported)

    def answer(self, event: ExpressionEvent) -> Answer:
        """Label one event from any spotter, and explain it if set; InputError if its crops are invalid."""
        if self._recogniser is None:
            return Answer(event)
        if self._explainer is None:
            return Answer(event, self._recogniser.predict(event))
        flow = event_flow(event)  # once, for the model and the explainer
        sample = self._recogniser.sample(event, flow)
        prediction = self._recogniser.predict_sample(sample)
        return Answer(event, prediction, self._explainer.explain(event, prediction, flow, sample))

    def run(self, source: FrameSequence, name: str = "") -> Iterator[Step]:
        """Process every frame of a recorded source, from its start.

        What is still provisional at the last frame is final there.
        """
        last: Step | None = None
        for frame in frames_of(source, name=name):
            if last is not None:
                yield last
            last = self.process(frame)
        if last is not None:
            ended = self._step(last.frame, last.faces, self.watcher.flush())
            yield replace(last, answers=last.answers + ended.answers, reported=last.reported + ended.reported)

    def close(self) -> None:
        """Release FaceMesh."""
        self.watcher.close()

    def __enter__(self) -> Pipeline:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
