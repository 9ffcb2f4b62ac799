"""Synthetic streams, and the events that the spotter and the published baselines find in them.

Tuning and testing use different seeds and different subjects: a clip shows the subject with the number of its
seed modulo 100.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.recorded import Recorded, RecordingSpotter, replayed
from benchmarks.variants import NO_RETURN, VARIANTS
from mer_ros.data.corruptions.encoders import through_h264, through_jpeg
from mer_ros.data.synthetic import everyday, synthetic_clip
from mer_ros.data.synthetic.clip import PHOTOGRAPH, SyntheticClip
from mer_ros.data.synthetic.photograph import Photograph
from mer_ros.data.synthetic.timeline import TrueEvent
from mer_ros.pipeline import frames_of
from mer_ros.spotting.baselines import METHODS
from mer_ros.spotting.baselines.alignment import align
from mer_ros.spotting.config import SpotterConfig
from mer_ros.spotting.face_spotter import FaceSpotter
from mer_ros.spotting.unit_patterns import ORIGINS, unit_patterns
from mer_ros.spotting.watcher import FaceWatcher
from mer_ros.types import ExpressionEvent, Frame, Kind

TUNING_SEEDS, TEST_SEEDS = range(100, 130), range(540, 600)
FACE_WIDTH_PX = 145.0


class Spot(NamedTuple):
    """A spotted or a true expression, s of stream time; published_s: first publication of a spotted one."""

    onset_s: float
    apex_s: float
    offset_s: float
    micro: bool
    published_s: float = float("nan")


@dataclass(frozen=True)
class Stream:
    """One synthetic clip with all nuisances.

    minutes: length of a clip without expressions; 0 for a clip with 14 expressions. head: of the generator.
    patterns: heads whose unit patterns the spotter searches for. variant: one of ``VARIANTS``. jpeg_quality:
    of the compression of each frame, 1 to 100; 0 for none. crf: of H.264, 0 for none. photograph: path of the
    picture that is moved, for the head of the photograph; the built-in one if empty.
    """

    seed: int
    fps: float
    amplitude_px: float = 1.0
    minutes: float = 0.0
    head: str = PHOTOGRAPH
    patterns: tuple[str, ...] = ORIGINS
    variant: str = ""
    jpeg_quality: int = 0
    crf: int = 0
    photograph: str = ""

    def clip(self) -> SyntheticClip:
        """The clip, with all recipes of the generator."""
        n_events, duration_s = (0, 60 * self.minutes) if self.minutes else (14, None)
        conditions = everyday(self.seed)
        clip = synthetic_clip(
            self.seed,
            self.fps,
            amplitude_px=self.amplitude_px,
            conditions=conditions,
            typical=False,
            face_width_px=FACE_WIDTH_PX,
            n_events=n_events,
            duration_s=duration_s,
            head=self.head,
            photograph=Photograph.read(Path(self.photograph)) if self.photograph else None,
        )
        if not self.variant:
            return clip
        return SyntheticClip(
            clip.subject,
            VARIANTS[self.variant](clip.timeline),
            self.seed,
            self.fps,
            clip.size_wh,
            self.amplitude_px,
            conditions,
            face_width_px=FACE_WIDTH_PX,
        )

    def frames(self) -> Iterator[Frame]:
        """The frames as a camera delivers them."""
        frames = frames_of(self.clip())
        if self.jpeg_quality:
            frames = through_jpeg(frames, self.jpeg_quality)
        return through_h264(frames, self.fps, self.crf) if self.crf else frames


@dataclass(frozen=True, eq=False)
class StreamResult:
    """True events of a stream, and those that were found.

    baselines: (T,) value of each frame by name of the baseline, from which ``spotting.baselines.spot``
    computes intervals. stamps_ns: (T,) stamps of these frames. Both are empty if the baselines did not run.
    recorded: what the spotter was given, for ``with_other``. n_withdrawn: provisional events that were
    withdrawn. applied_rules: reasons for which the spotter of ``with_other`` rejected a movement.
    """

    stream: Stream
    truth: tuple[Spot, ...]
    found: tuple[Spot, ...]
    minutes: float
    baselines: dict[str, NDArray[np.float64]]
    stamps_ns: NDArray[np.int64]
    recorded: Recorded
    n_withdrawn: int = 0
    applied_rules: frozenset[str] = frozenset()

    def with_other(
        self, config: SpotterConfig | None = None, patterns: tuple[str, ...] = ORIGINS
    ) -> StreamResult:
        """The result of another spotter on the same measurements, whether or not the face could be judged."""
        spotter = FaceSpotter(config, patterns=unit_patterns(patterns))
        found = tuple(
            Spot(
                e.onset_ns * 1e-9, e.apex_ns * 1e-9, e.offset_ns * 1e-9, e.kind == Kind.MICRO, first_ns * 1e-9
            )
            for first_ns, e in replayed(self.recorded, spotter)
        )
        return replace(self, found=found, applied_rules=spotter.applied_rules)


def watch(stream: Stream, baselines: bool = False) -> StreamResult:
    """Run the spotter frame by frame and, if requested, the baselines on the complete recording."""
    cv2.setNumThreads(1)
    clip, recorded = stream.clip(), Recorded()
    make = partial(RecordingSpotter, recorded=recorded, patterns=unit_patterns(stream.patterns))
    watcher = FaceWatcher(make_spotter=make)
    first_s: dict[str, float] = {}  # first report of each event
    reported: list[ExpressionEvent] = []

    def watched() -> Iterator[Frame]:
        """The frames, each after the watcher has seen it: rendering takes longer than either spotter."""
        for frame in stream.frames():
            events = watcher.process(frame).events
            for event in events:
                first_s.setdefault(event.event_id, frame.stamp_ns * 1e-9)
            reported.extend(events)
            yield frame

    try:
        values, stamps = _baselines(watched()) if baselines else _none_of(watched())
        reported += watcher.flush()
    finally:
        watcher.close()
    found = [
        Spot(
            event.onset_ns * 1e-9,
            event.apex_ns * 1e-9,
            event.offset_ns * 1e-9,
            event.kind == Kind.MICRO,
            first_s[event.event_id],
        )
        for event in reported
        if event.is_final
    ]
    truth = tuple(
        Spot(e.onset_s, e.apex_s, _end_s(e, stream), e.kind == Kind.MICRO) for e in clip.timeline.events
    )
    n_withdrawn = sum(event.withdrawn for event in reported)
    return StreamResult(
        stream, truth, tuple(found), clip.duration_s / 60, values, stamps, recorded, n_withdrawn
    )


def _end_s(event: TrueEvent, stream: Stream) -> float:
    """Offset of an expression; of one that stays, the end of its rise."""
    return event.apex_s if stream.variant == NO_RETURN else event.offset_s


def _baselines(frames: Iterator[Frame]) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.int64]]:
    """The values of each baseline and the stamps of their frames."""
    crops, stamps = align(frames)
    return {name: values(crops, stamps) for name, values in METHODS.items()}, stamps


def _none_of(frames: Iterator[Frame]) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.int64]]:
    """No values: the frames are only drawn."""
    for _ in frames:
        pass
    return {}, np.empty(0, np.int64)
