"""The names and types of all topics and services, without ROS, so that a test can compare the README."""

from __future__ import annotations

from mer_ros.stream.published_images import ANNOTATED as ANNOTATED
from mer_ros.stream.published_images import OVERLAY as OVERLAY
from mer_ros.stream.published_images import PROTOTYPE as PROTOTYPE


def absolute(namespace: str) -> str:
    """A namespace with one slash before it and none behind; empty for the root."""
    return f"/{namespace.strip('/')}".rstrip("/")


IMAGE = "image"
IMAGE_COMPRESSED = "image/compressed"
FACES = "faces"
EVENTS = "events"
EMOTION = "emotion"
EXPLANATION = "explanation"
DIAGNOSTICS = "/diagnostics"
ENABLE = "~/enable"
SET_MODEL = "~/set_model"

TOPICS: dict[str, str] = {
    IMAGE: "sensor_msgs/Image",
    IMAGE_COMPRESSED: "sensor_msgs/CompressedImage",
    FACES: "mer_interfaces/FaceArray",
    EVENTS: "mer_interfaces/ExpressionEvent",
    EMOTION: "mer_interfaces/Emotion",
    EXPLANATION: "mer_interfaces/Explanation",
    OVERLAY: "sensor_msgs/Image",
    PROTOTYPE: "sensor_msgs/Image",
    ANNOTATED: "sensor_msgs/Image",
    DIAGNOSTICS: "diagnostic_msgs/DiagnosticArray",
}
"""Topic to type."""

SERVICES: dict[str, str] = {ENABLE: "std_srvs/SetBool", SET_MODEL: "mer_interfaces/SetModel"}
"""Service to type."""
