"""Long videos with annotated expressions, for an evaluation of spotting.

A video is a sequence of frames that is read only when it is processed, and the intervals that its annotation
lists. Times are seconds from its first frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mer_ros.limits import MICRO_MAX_S
from mer_ros.types import Kind

_TOLERANCE_S = 1e-6  # of a duration: half a second of frames is not exactly 0.5


def kind_by_duration(duration_s: float) -> Kind:
    """Micro for half a second and less, macro for more: the rule of MEGC for a spotted interval."""
    return Kind.MICRO if duration_s <= MICRO_MAX_S + _TOLERANCE_S else Kind.MACRO


class LongFrames(Protocol):
    """The frames of a long video. They can be read again, and sent to another process before that."""

    @property
    def fps(self) -> float:
        """Frames per second."""
        ...

    @property
    def n_frames(self) -> int:
        """Number of frames, missing ones included."""
        ...

    def timed_frames(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Time since the first frame, ns, and (H, W, 3) uint8 BGR of every frame that is there, in order."""
        ...

    def described(self) -> object:
        """JSON-able: everything that decides frames and times, for the key of a cached result."""
        ...


@dataclass(frozen=True)
class TrueExpression:
    """One annotated expression.

    onset_s, apex_s, offset_s: times of these frames; the apex is NaN if it is unknown. kind: micro or macro.
    label: of the data set, "" if it has none. three: its class in MEGC 2019, "" if it has none.
    """

    onset_s: float
    apex_s: float
    offset_s: float
    kind: Kind
    label: str = ""
    three: str = ""


@dataclass(frozen=True, eq=False)
class LongVideo:
    """One video. first: number of its first frame in the annotation. truth: in order of time."""

    dataset: str
    name: str
    subject: str
    frames: LongFrames
    truth: tuple[TrueExpression, ...]
    first: int = 0

    @property
    def subject_id(self) -> str:
        """The subject, also distinguished from those of other data sets."""
        return f"{self.dataset}/{self.subject}"


@dataclass(frozen=True, eq=False)
class LongVideoSet:
    """Videos of one or several data sets.

    origin: what they are, for reports. notes: sentences on what was read. synthetic: whether any is rendered.
    """

    videos: tuple[LongVideo, ...]
    origin: str
    notes: tuple[str, ...] = ()
    synthetic: bool = False


def pooled_videos(sets: Sequence[LongVideoSet]) -> LongVideoSet:
    """One set with the videos of all, in their order; a single set is returned as it is."""
    if len(sets) == 1:
        return sets[0]
    return LongVideoSet(
        videos=tuple(video for one in sets for video in one.videos),
        origin=" + ".join(one.origin for one in sets),
        notes=tuple(f"{one.videos[0].dataset}: {note}" for one in sets for note in one.notes),
        synthetic=any(one.synthetic for one in sets),
    )
