"""Received answers as rows of a table, and as JSON."""

from __future__ import annotations

import json
import math

from mer_ros.graph.received_emotion import ReceivedEmotion

EVENT_HEADER = f"{'time s':>6} {'face':<7} {'kind':<5} {'label':<9} {'conf':>4} {'dist/limit':>11} " + (
    f"{'onset':>6} {'apex':>6} {'offset':>6}"
)


def event_row(emotion: ReceivedEmotion) -> str:
    """A received answer as one line of at most 74 columns, below ``EVENT_HEADER``."""
    e = emotion
    distance = "-" if math.isnan(e.distance) else f"{e.distance:.1f}/{e.limit:.1f}"
    return (
        f"{e.time_s:6.2f} {e.face_id:<7.7} {e.kind:<5} {e.label:<9.9} {e.confidence:4.2f} "
        f"{distance:>11} {e.onset_s:6.2f} {e.apex_s:6.2f} {e.offset_s:6.2f}"
    )


def event_json(emotion: ReceivedEmotion, explanation: str) -> str:
    """A received answer as one line of JSON; times in seconds, null for a number that is not finite.

    explanation: its text, empty without one.
    """
    e = emotion
    return json.dumps(
        {
            "event_id": e.event_id,
            "source": e.source,
            "face_id": e.face_id,
            "kind": e.kind,
            "label": e.label,
            "reason": e.reason,
            "confidence": _finite(e.confidence, 4),
            "prototype_distance": _finite(e.distance, 4),
            "rejection_distance": _finite(e.limit, 4),
            "onset_s": _finite(e.onset_s, 4),
            "apex_s": _finite(e.apex_s, 4),
            "offset_s": _finite(e.offset_s, 4),
            "time_s": _finite(e.time_s, 4),
            "explanation": explanation,
        },
        ensure_ascii=False,
    )


def _finite(value: float, digits: int) -> float | None:
    return round(value, digits) if math.isfinite(value) else None
