"""Messages of the graph as the live page receives them: values that JSON has, NaN and infinity as null."""

from __future__ import annotations

import math
from typing import Any

from mer_interfaces.msg import Emotion, FaceArray
from mer_ros.nodes.base import stamps
from mer_ros.nodes.base.statuses import NodeStatus
from mer_ros.types import WITHDRAWN, Kind
from mer_ros.web.lanes import FaceMovement


def event_fields(message: Emotion, published_ms: int, opened_ms: int) -> dict[str, Any]:
    """The fields of an event that its Emotion has; times in seconds of the stamps, or ms where so named.

    published_ms: when the message was published, opened_ms: when the page was opened; both ms of system time.
    An event that is older than the page was delivered later, without its explanation, which is not kept.
    """
    onset_ns, apex_ns, offset_ns = (
        stamps.stamp_ns(stamp) for stamp in (message.onset, message.apex, message.offset)
    )
    return {
        "source": message.source,
        "face_id": message.face_id,
        "movement": Kind(message.kind).name.lower(),
        "label": message.label,
        "reason": message.reason,
        "confidence": finite(message.confidence) or 0.0,
        "distance": finite(message.prototype_distance),
        "limit": finite(message.rejection_distance),
        "provisional": message.provisional,
        "withdrawn": message.reason == WITHDRAWN,
        "onset_s": onset_ns * 1e-9,
        "apex_s": apex_ns * 1e-9,
        "offset_s": offset_ns * 1e-9,
        "duration_ms": round((offset_ns - onset_ns) * 1e-6),
        "published_ms": published_ms,
        "before_page": published_ms < opened_ms,
    }


def movements(message: FaceArray) -> list[FaceMovement]:
    """The movement of each face of a frame."""
    return [FaceMovement(face.id, face.motion, face.quality) for face in message.faces]


def node_state(status: NodeStatus) -> dict[str, Any]:
    """The diagnostics of a node. level: 0 OK, 1 WARN, 2 ERROR, 3 STALE."""
    return {
        "kind": "node",
        "node": status.name,
        "level": status.level[0],
        "message": status.message,
        "values": status.values,
    }


def finite(value: float) -> float | None:
    """The value, or None if it is NaN or infinite."""
    return value if math.isfinite(value) else None
