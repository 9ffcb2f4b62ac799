"""Table and summary of ``mer demo``: received answers compared with the true events of the clip."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mer_ros.errors import quantity
from mer_ros.evaluation.spotting import Matching, iou, is_hit, match
from mer_ros.graph.received_emotion import ReceivedEmotion
from mer_ros.limits import MIN_SAMPLES
from mer_ros.reports.events import EVENT_HEADER, event_row
from mer_ros.reports.synthetic_scores import SPOTTING
from mer_ros.types import UNKNOWN

if TYPE_CHECKING:
    from mer_ros.data.synthetic.timeline import TrueEvent

HEADER = f"{EVENT_HEADER} truth"


def table_row(emotion: ReceivedEmotion, truth: str) -> str:
    """A received answer beside the true label, as one line of at most 80 columns."""
    return f"{event_row(emotion)} {truth}"


def true_label(emotion: ReceivedEmotion, truth: Sequence[TrueEvent]) -> str:
    """Emotion of the true event that the answer matches (IoU >= 0.5), or "none"."""
    spotted = emotion.onset_s, emotion.offset_s
    best = max(truth, key=lambda t: iou(spotted, (t.onset_s, t.offset_s)), default=None)
    if best is None or not is_hit(spotted, (best.onset_s, best.offset_s)):
        return "none"
    return best.emotion


@dataclass(frozen=True)
class Outcome:
    """The result of a demo.

    rows: received answers. truth: events of the clip. frames_sent: number of frames published by the camera,
    None if it did not finish. frames_seen: number of frames processed by the tracker. fps: frame rate of the
    clip. files: names of the received pictures. stopped_at_s: stream time of the last processed frame of a
    clip that did not finish, seconds.
    """

    rows: tuple[ReceivedEmotion, ...]
    truth: tuple[TrueEvent, ...]
    frames_sent: int | None
    frames_seen: int
    fps: float
    files: tuple[str, ...]
    stopped_at_s: float | None = None

    @property
    def matching(self) -> Matching:
        """Matching of spotted and true intervals."""
        return match(
            [(r.onset_s, r.offset_s) for r in self.rows], [(t.onset_s, t.offset_s) for t in self.truth]
        )

    @property
    def not_played(self) -> tuple[int, ...]:
        """Indexes of true events that were not spotted and that a stopped clip did not show to their end."""
        if self.stopped_at_s is None:
            return ()
        spotted = {t for _, t in self.matching.pairs}
        return tuple(
            i for i, t in enumerate(self.truth) if t.offset_s > self.stopped_at_s and i not in spotted
        )

    @property
    def labels_right(self) -> int:
        """Number of spotted events with the true label."""
        return sum(self.rows[r].label == self.truth[t].emotion for r, t in self.matching.pairs)

    @property
    def shortest_s(self) -> float:
        """Duration of the shortest event that this frame rate resolves."""
        return MIN_SAMPLES / self.fps

    @property
    def unresolvable(self) -> tuple[TrueEvent, ...]:
        """True events that are shorter than ``shortest_s``."""
        return tuple(t for t in self.truth if t.offset_s - t.onset_s < self.shortest_s)

    @property
    def has_prototypes(self) -> bool:
        """Whether any answer has a distance to a prototype."""
        return any(not math.isnan(row.distance) for row in self.rows)

    @property
    def files_missing(self) -> tuple[str, ...]:
        """Pictures that were not received; a model without prototypes has no prototype picture."""
        expected = ["overlay.png", "annotated.mp4", *(["prototype.png"] if self.has_prototypes else [])]
        return tuple(name for name in expected if name not in self.files)

    @property
    def delivered(self) -> bool:
        """Whether the whole pipeline worked.

        True if half of the events that the frame rate resolves were spotted, at least one has a label, the
        camera finished, and all pictures were received.
        """
        named = any(row.label != UNKNOWN for row in self.rows)
        enough = len(self.matching.pairs) >= max(1, (len(self.truth) - len(self.unresolvable)) / 2)
        return enough and named and self.frames_sent is not None and not self.files_missing

    def figures(self) -> dict[str, float | None]:
        """The counts for a benchmark."""
        return {
            "events": len(self.truth),
            "events_played": len(self.truth) - len(self.not_played),
            "hits": len(self.matching.pairs),
            "false": len(self.matching.false),
            "labels_right": self.labels_right,
            "frames_sent": self.frames_sent,
            "frames_seen": self.frames_seen,
            "fps": self.fps,
            "stopped_at_s": self.stopped_at_s,
        }

    def summary(self) -> list[str]:
        """The result in sentences."""
        found, total, fps = self.matching, len(self.truth), self.fps
        unseen = self.unresolvable
        reach = f"; {len(unseen)} of {total} events are shorter." if unseen else "; all events are longer."
        cut = self.not_played
        played = f"{total} events"
        if self.stopped_at_s is not None:
            played = f"the {quantity(total - len(cut), 'event')} played until {self.stopped_at_s:.1f} s"
        lines = [
            f"Spotted {len(found.pairs)} of {played} at IoU >= 0.5, {len(found.false)} false"
            f"{f'; {len(cut)} not played' if cut else ''}. "
            f"Correct labels: {self.labels_right} of {len(found.pairs)}.",
            self._frames(),
            f"At {fps:g} fps the shortest detectable event takes {self.shortest_s * 1000:.0f} ms" + reach,
        ]
        for t in (self.truth[i] for i in found.missed if i not in cut):
            duration = f"{(t.offset_s - t.onset_s) * 1000:.0f} ms"
            why = " (too short for this frame rate)" if t in unseen else ""
            lines.append(f"Missed: {t.emotion}, {t.onset_s:.2f} to {t.offset_s:.2f} s, {duration}{why}.")
        lines.append("The clip is synthetic: the scores measure agreement with its generator. " + SPOTTING)
        lines.extend(f"{name} was not received." for name in self.files_missing)
        if self.rows and not self.has_prototypes:
            lines.append("This model has no prototypes, so there is no distance and no prototype.png.")
        return lines

    def _frames(self) -> str:
        if self.frames_sent is None:
            return f"Frames: {self.frames_seen} processed; the camera did not finish."
        lost = max(0, self.frames_sent - self.frames_seen)
        return f"Frames: {self.frames_sent} sent, {self.frames_seen} processed, {lost} lost."
