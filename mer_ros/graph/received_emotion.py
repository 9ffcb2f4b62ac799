"""An answer of the node graph as the demo receives it, for the observing node and for reports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReceivedEmotion:
    """A received Emotion; times are seconds of stream time.

    time_s: time of the latest processed frame when it arrived. distance, limit: squared distance to the
    nearest prototype, and the rejection limit; NaN without prototypes. event_id, reason, source: as in the
    message.
    """

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
    event_id: str = ""
    reason: str = ""
    source: str = ""
