"""Quality of service of all topics."""

from __future__ import annotations

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


def image_qos(reliability: str = "best_effort", depth: int = 40) -> QoSProfile:
    """For camera images; 40 images last 200 ms at 200 fps. reliability: "best_effort" or "reliable"."""
    profile = reliable(depth)
    if reliability == "best_effort":
        profile.reliability = ReliabilityPolicy.BEST_EFFORT
    return profile


QOS: dict[str, QoSProfile] = {
    names.FACES: reliable(10),
    names.EVENTS: reliable(10),
    names.EMOTION: reliable(10),
    names.EXPLANATION: reliable(5),
    names.OVERLAY: reliable(5),
    names.PROTOTYPE: reliable(5),
    names.ANNOTATED: reliable(5),
    names.DIAGNOSTICS: reliable(10),
}
"""Topic to quality of service; image topics use ``image_qos``."""
