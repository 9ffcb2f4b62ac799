"""Quality of service of all topics."""

from __future__ import annotations

from rclpy.duration import Duration
from rclpy.qos import DurabilityPolicy, HistoryPolicy, QoSProfile, ReliabilityPolicy

from mer_ros.graph import topic_names as names


def reliable(depth: int) -> QoSProfile:
    """Reliable, volatile, keep the last ``depth``."""
    return QoSProfile(
        history=HistoryPolicy.KEEP_LAST,
        depth=depth,
        reliability=ReliabilityPolicy.RELIABLE,
        durability=DurabilityPolicy.VOLATILE,
    )


EVENT_LIFESPAN_S = 60.0
"""Time for which an event or label is kept for later subscribers.

A killed classifier is active again within 8 s on two busy cores. It may be discovered much later: on a loaded
machine some runs ended without a label 60 s after a kill, also with this lifespan; the cause is not known.
"""

_EVENT_DEPTH = 32  # events and labels; one face has at most a few per second


def kept(depth: int = _EVENT_DEPTH) -> QoSProfile:
    """Reliable, transient local: a later subscriber receives the last ``depth`` messages."""
    profile = reliable(depth)
    profile.durability = DurabilityPolicy.TRANSIENT_LOCAL
    return profile


def kept_for_a_while(depth: int = _EVENT_DEPTH) -> QoSProfile:
    """``kept``, for a publisher whose messages expire after ``EVENT_LIFESPAN_S``.

    Only the publisher has a lifespan: a subscriber would compare stamps of another machine with its clock.
    """
    profile = kept(depth)
    profile.lifespan = Duration(seconds=EVENT_LIFESPAN_S)
    return profile


def image_qos(reliability: str = "best_effort", depth: int = 40) -> QoSProfile:
    """For camera images; 40 images last 200 ms at 200 fps. reliability: "best_effort" or "reliable"."""
    profile = reliable(depth)
    if reliability == "best_effort":
        profile.reliability = ReliabilityPolicy.BEST_EFFORT
    return profile


QOS: dict[str, QoSProfile] = {
    names.FACES: reliable(10),
    names.EVENTS: kept(),
    names.EMOTION: kept(),
    names.EXPLANATION: reliable(5),
    names.OVERLAY: reliable(5),
    names.PROTOTYPE: reliable(5),
    names.ANNOTATED: reliable(5),
    names.DIAGNOSTICS: reliable(10),
}
"""Topic to quality of service; image topics use ``image_qos``."""

OFFERED: dict[str, QoSProfile] = {**QOS, names.EVENTS: kept_for_a_while(), names.EMOTION: kept_for_a_while()}
"""Topic to quality of service of its publisher in this package."""
