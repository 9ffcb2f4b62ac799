"""The demo's table and its verdict: what arrived over /mer/emotion, held against the made clip's truth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mer_ros.evaluation.spotting import Matching, iou, match
from mer_ros.types import MIN_SAMPLES

if TYPE_CHECKING:
    from mer_ros.data.synthetic.timeline import TrueEvent

REAL_VIDEO_F1 = 0.39
"""Best published spotting F1 on real long videos (CAS(ME)^2, arXiv:2503.09098)."""

HEADER = f"{'time s':>6} {'face':<7} {'kind':<5} {'label':<9} {'conf':>4} {'dist/limit':>11} " + (
    f"{'onset':>6} {'apex':>6} {'offset':>6} truth"
)


@dataclass(frozen=True)
class Row:
    """One answer as it arrived, in seconds of stream time; distance and limit are NaN without prototypes."""

    time_s: float
    face_id: str
    kind: str
    label: str
    confidence: float
    distance: float
    limit: float
    onset_s: float
    apex_s: float
    offset_s: float

    def line(self, truth: str) -> str:
        """The row as one line of at most 80 columns."""
        distance = "-" if math.isnan(self.distance) else f"{self.distance:.1f}/{self.limit:.1f}"
        return (
            f"{self.time_s:6.2f} {self.face_id:<7.7} {self.kind:<5} {self.label:<9.9} {self.confidence:4.2f} "
            f"{distance:>11} {self.onset_s:6.2f} {self.apex_s:6.2f} {self.offset_s:6.2f} {truth}"
        )


def truth_of(row: Row, truth: Sequence[TrueEvent]) -> str:
    """Emotion of the true event that the row hits (IoU >= 0.5), or "none"."""
    best = max(truth, key=lambda t: iou((row.onset_s, row.offset_s), (t.onset_s, t.offset_s)), default=None)
    if best is None or iou((row.onset_s, row.offset_s), (best.onset_s, best.offset_s)) < 0.5:
        return "none"
    return best.emotion


@dataclass(frozen=True)
class Outcome:
    """How the demo went.

    rows: what arrived. truth: what the clip holds. frames_sent, frames_seen: published by the camera and
    processed by the tracker. fps: of the clip. files_missing: pictures that did not arrive.
    """

    rows: tuple[Row, ...]
    truth: tuple[TrueEvent, ...]
    frames_sent: int
    frames_seen: int
    fps: float
    files_missing: tuple[str, ...] = ()

    @property
    def matching(self) -> Matching:
        """Spotted against true intervals."""
        return match(
            [(r.onset_s, r.offset_s) for r in self.rows], [(t.onset_s, t.offset_s) for t in self.truth]
        )

    @property
    def labels_right(self) -> int:
        """Spotted events whose label is the true one."""
        return sum(self.rows[r].label == self.truth[t].emotion for r, t in self.matching.pairs)

    @property
    def shortest_s(self) -> float:
        """The shortest event that this frame rate resolves."""
        return MIN_SAMPLES / self.fps

    @property
    def delivered(self) -> bool:
        """Whether the whole pipeline did its work: a true event spotted and named, all pictures there."""
        return bool(self.matching.pairs) and not self.files_missing

    def figures(self) -> dict[str, float]:
        """The counts, for a benchmark."""
        return {
            "events": len(self.truth),
            "hits": len(self.matching.pairs),
            "false": len(self.matching.false),
            "labels_right": self.labels_right,
            "frames_sent": self.frames_sent,
            "frames_seen": self.frames_seen,
            "fps": self.fps,
        }

    def summary(self) -> list[str]:
        """The verdict in plain sentences."""
        found, total, fps = self.matching, len(self.truth), self.fps
        unseen = [t for t in self.truth if t.offset_s - t.onset_s < self.shortest_s]
        reach = f": {len(unseen)} of the {total} events are." if unseen else "; every event here is longer."
        lines = [
            f"Spotted {len(found.pairs)} of {total} events at IoU >= 0.5, {len(found.false)} false. "
            f"Labels right: {self.labels_right} of {len(found.pairs)}.",
            f"Frames: {self.frames_sent} sent, {self.frames_seen} processed, "
            f"{max(0, self.frames_sent - self.frames_seen)} lost.",
            f"At {fps:g} frames a second nothing shorter than {self.shortest_s * 1000:.0f} ms can be seen"
            + reach,
        ]
        for t in (self.truth[i] for i in found.missed):
            duration = f"{(t.offset_s - t.onset_s) * 1000:.0f} ms"
            why = " (too short for this frame rate)" if t in unseen else ""
            lines.append(f"Missed: {t.emotion}, {t.onset_s:.2f} to {t.offset_s:.2f} s, {duration}{why}.")
        lines.append(
            "This is made data: the figures say how well mer_ros agrees with its own generator. On real long "
            f"videos the field's best spotting F1 is {REAL_VIDEO_F1}."
        )
        lines.extend(f"{name} did not arrive." for name in self.files_missing)
        return lines
