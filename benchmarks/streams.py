"""Synthetic streams, and the events that the spotter and the published baselines find in them.

Tuning and testing use different seeds and different subjects: a clip shows the subject with the number of its
seed modulo 100.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from mer_ros.data.synthetic import everyday, synthetic_clip
from mer_ros.data.synthetic.clip import SyntheticClip
from mer_ros.pipeline import Pipeline, frames_of
from mer_ros.spotting.baselines import METHODS
from mer_ros.spotting.baselines.alignment import align
from mer_ros.types import Kind

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

    minutes: length of a clip without expressions; 0 for a clip with 14 expressions.
    """

    seed: int
    fps: float
    amplitude_px: float = 1.0
    minutes: float = 0.0

    def clip(self) -> SyntheticClip:
        """The clip, with all recipes of the generator."""
        n_events, duration_s = (0, 60 * self.minutes) if self.minutes else (14, None)
        return synthetic_clip(
            self.seed,
            self.fps,
            amplitude_px=self.amplitude_px,
            conditions=everyday(self.seed),
            typical=False,
            face_width_px=FACE_WIDTH_PX,
            n_events=n_events,
            duration_s=duration_s,
        )


@dataclass(frozen=True, eq=False)
class StreamResult:
    """True events of a stream, and those that were found.

    baselines: (T,) value of each frame by name of the baseline, from which ``spotting.baselines.spot``
    computes intervals. stamps_ns: (T,) stamps of these frames. Both are empty if the baselines did not run.
    """

    stream: Stream
    truth: tuple[Spot, ...]
    found: tuple[Spot, ...]
    minutes: float
    baselines: dict[str, NDArray[np.float64]]
    stamps_ns: NDArray[np.int64]


def watch(stream: Stream, baselines: bool = False) -> StreamResult:
    """Run the spotter frame by frame and, if requested, the baselines on the complete recording."""
    cv2.setNumThreads(1)
    clip = stream.clip()
    found = []
    reported_s: dict[str, float] = {}  # first report of each event
    with Pipeline() as pipeline:
        for step in pipeline.run(clip):
            for event in step.reported:
                first_s = reported_s.setdefault(event.event_id, step.frame.stamp_ns * 1e-9)
                if not event.is_final:
                    continue
                onset_s, apex_s, offset_s = (
                    t * 1e-9 for t in (event.onset_ns, event.apex_ns, event.offset_ns)
                )
                found.append(Spot(onset_s, apex_s, offset_s, event.kind == Kind.MICRO, first_s))
    truth = tuple(Spot(e.onset_s, e.apex_s, e.offset_s, e.kind == Kind.MICRO) for e in clip.truth)
    values, stamps = _baselines(stream) if baselines else ({}, np.empty(0, np.int64))
    return StreamResult(stream, truth, tuple(found), clip.duration_s / 60, values, stamps)


def _baselines(stream: Stream) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.int64]]:
    crops, stamps = align(frames_of(stream.clip()))
    return {name: values(crops, stamps) for name, values in METHODS.items()}, stamps
