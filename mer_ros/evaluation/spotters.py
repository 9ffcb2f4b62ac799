"""What is compared on long videos: our spotter, and published methods offline and causal.

Each turns a measurement of ``video_spotting`` into spotted expressions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from mer_ros.data.array_cache import Arrays
from mer_ros.data.long_videos import kind_by_duration
from mer_ros.evaluation.video_spotting import EVENTS
from mer_ros.spotting.baselines import METHODS
from mer_ros.spotting.baselines.both_kinds import LONG_VIDEO_P, WINDOWS_S, spot_both
from mer_ros.spotting.baselines.contrast import TRAILING_S
from mer_ros.types import Kind

OURS = "mer_ros"
"""Name of our spotter in results."""

_SHORT = {"mdmd": "MDMD", "lbp_difference": "LBP"}  # names of methods in results


class SpottedExpression(NamedTuple):
    """A spotted expression: seconds from the first frame; probabilities of a model's classes, or none."""

    onset_s: float
    apex_s: float
    offset_s: float
    probabilities: tuple[float, ...] = ()

    @property
    def kind(self) -> Kind:
        """Micro or macro, by duration."""
        return kind_by_duration(self.offset_s - self.onset_s)


@dataclass(frozen=True)
class VideoSpotter:
    """name: in results. measurement: that it reads. causal: whether no later frame decides, except those of a
    fixed delay, and for published methods the length and frame period of the video (``fitting_windows``).
    settings: JSON-able. choices: how they were chosen. spot: from the measurement of a video.
    """

    name: str
    measurement: str
    causal: bool
    settings: dict[str, object]
    choices: str
    spot: Callable[[Arrays], list[SpottedExpression]]

    @property
    def is_baseline(self) -> bool:
        """Whether it is a published method."""
        return self.measurement != EVENTS


def _of_events(events: Arrays) -> list[SpottedExpression]:
    times = [(events[name] * 1e-9).tolist() for name in ("onset_ns", "apex_ns", "offset_ns")]
    rows = events["probabilities"].tolist() if "probabilities" in events else [()] * len(times[0])
    return [SpottedExpression(t0, t1, t2, tuple(row)) for t0, t1, t2, row in zip(*times, rows, strict=True)]


def spotted_by(values: Arrays, p: float, causal: bool) -> list[SpottedExpression]:
    """What a published method spots with a threshold p, from its measurement of a video."""
    both = [values["micro"], values["macro"]]
    found = spot_both(both, values["stamps_ns"], p, causal) if len(values["stamps_ns"]) else []
    return [SpottedExpression(i.onset_ns * 1e-9, i.apex_ns * 1e-9, i.offset_ns * 1e-9) for i in found]


def _baselines() -> list[VideoSpotter]:
    found = []
    for method in METHODS:
        p = LONG_VIDEO_P[method]
        for causal in (False, True):
            settings: dict[str, object] = {"p": p, "windows_s": list(WINDOWS_S)}
            threshold = "the whole video"
            if causal:
                settings["trailing_s"] = TRAILING_S
                threshold = f"the {TRAILING_S:g} s before each frame"
            found.append(
                VideoSpotter(
                    f"{_SHORT.get(method, method)} {'causal' if causal else 'offline'}",
                    method,
                    causal,
                    settings,
                    f"Threshold from {threshold}; p = {p:g}, tuned so on rendered videos of other subjects.",
                    partial(spotted_by, p=p, causal=causal),
                )
            )
    return found


SPOTTERS: tuple[VideoSpotter, ...] = (
    VideoSpotter(
        OURS,
        EVENTS,
        causal=True,
        settings={},
        choices="Settings of the tracker as shipped, tuned on other synthetic videos; frames in their order.",
        spot=_of_events,
    ),
    *_baselines(),
)
"""In the order of tables."""
