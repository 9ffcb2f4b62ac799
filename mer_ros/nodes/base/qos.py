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
"""Time for which an event or label is kept for later subscribers: a killed classifier is active again within
8 s on two busy cores.
"""

KEPT_EVENTS = 32
"""Number of events, and of labels, that are kept; one face has at most a few per second."""


def kept(depth: int = KEPT_EVENTS) -> QoSProfile:
    """Reliable, transient local: a later subscriber receives the last ``depth`` messages."""
    profile = reliable(depth)
    profile.durability = DurabilityPolicy.TRANSIENT_LOCAL
    return profile


def kept_for_a_while(depth: int = KEPT_EVENTS) -> QoSProfile:
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


BEST_EFFORT_KEPT = 4
"""Images that a best-effort publisher keeps. It never sends them again; 40 would take 37 MB at 640x480, and
1 GB at 3840x2160."""


def offered_image_qos(reliability: str = "best_effort") -> QoSProfile:
    """``image_qos`` of a publisher, with ``BEST_EFFORT_KEPT`` images if it is best effort."""
    profile = image_qos(reliability)
    if reliability == "best_effort":
        profile.depth = BEST_EFFORT_KEPT
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
"""Topic to quality of service; image topics use ``image_qos``, their publishers ``offered_image_qos``."""

OFFERED: dict[str, QoSProfile] = {**QOS, names.EVENTS: kept_for_a_while(), names.EMOTION: kept_for_a_while()}
"""Topic to quality of service of its publisher in this package."""
