"""Publishes annotated images. Draws them, and subscribes to labels, only while there are subscribers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rclpy.lifecycle import LifecyclePublisher
from rclpy.subscription import Subscription
from sensor_msgs.msg import Image

from mer_interfaces.msg import Emotion
from mer_ros.graph import topic_names
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.lifecycle import MerLifecycleNode
from mer_ros.nodes.base.qos import QOS
from mer_ros.stream.wire import write_image
from mer_ros.types import WITHDRAWN, Face, Kind
from mer_ros.visualisation.annotation import Annotator


class AnnotatedOutput:
    """The annotated image topic of a node. source: camera whose labels are shown."""

    def __init__(self, node: MerLifecycleNode, source: str, rate_hz: float, min_motion: float) -> None:
        self._node, self._source = node, source
        self._annotator = Annotator(min_motion)
        self.reconfigure(rate_hz, min_motion)
        self._last_ns = 0
        self._emotions: Subscription | None = None
        topic = topic_names.ANNOTATED
        self._output: LifecyclePublisher = node.create_lifecycle_publisher(Image, topic, QOS[topic])

    def reconfigure(self, rate_hz: float, min_motion: float) -> None:
        """Use another maximum rate and another weakest movement from the next frame on."""
        self._period_ns = int(1e9 / rate_hz)
        self._annotator.min_motion = min_motion

    def close(self) -> None:
        """Unsubscribe and remove the topic."""
        self.unsubscribe()
        self._node.destroy_lifecycle_publisher(self._output)

    def reset(self) -> None:
        """Discard all faces."""
        self._annotator.reset()

    def add_frame(self, image: NDArray[np.uint8], stamp: int, frame_id: str, faces: list[Face]) -> None:
        """Add the faces of a frame; draw and publish the image if it is due and has subscribers."""
        self._annotator.observe(stamp, faces)
        due = not 0 <= stamp - self._last_ns < self._period_ns
        if due and self._output.get_subscription_count():
            self._last_ns = stamp
            picture = self._annotator.draw(image, stamp, faces)
            self._output.publish(write_image(picture, stamp, frame_id))

    def subscribe_on_demand(self) -> None:
        """Subscribe to labels while the image has subscribers. Call this regularly."""
        wanted = self._output.get_subscription_count() > 0
        if wanted and self._emotions is None:
            topic, callback = topic_names.EMOTION, self._node.guard(self._on_emotion)
            self._emotions = self._node.create_subscription(Emotion, topic, callback, QOS[topic])
        elif not wanted:
            self.unsubscribe()

    def unsubscribe(self) -> None:
        """Unsubscribe from labels."""
        if self._emotions is not None:
            self._node.destroy_subscription(self._emotions)
            self._emotions = None

    def _on_emotion(self, message: Emotion) -> None:
        if message.source == self._source:
            apex = convert.stamp_ns(message.apex)
            kind = Kind(message.kind)
            label = WITHDRAWN if message.reason == WITHDRAWN else message.label
            self._annotator.label(message.face_id, apex, kind, label, message.confidence)
