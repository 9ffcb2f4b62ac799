"""A subscriber like any robot's: collects what the graph publishes, for the demo's table and pictures."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from numpy.typing import NDArray
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from sensor_msgs.msg import Image

from mer_interfaces.msg import Emotion, FaceArray
from mer_ros.errors import GraphError
from mer_ros.graph import topic_names as names
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.qos import QOS
from mer_ros.reports.demo import Row
from mer_ros.types import Kind

_VIDEO_FPS = 15.0
_DISCOVERY_S = 1.0


class DemoObserver(Node):
    """Listens under a namespace, hands each answer on as a Row and keeps the pictures of the surest one.

    folder: where annotated.mp4 grows while it runs; ``save`` writes overlay.png and prototype.png beside it.
    """

    def __init__(self, namespace: str, folder: Path, on_row: Callable[[Row], None]) -> None:
        super().__init__("demo_observer", namespace=namespace)
        self._folder, self._on_row = folder, on_row
        self._origin_ns: int | None = None
        self._latest_ns = 0
        self._video: cv2.VideoWriter | None = None
        self._confidence: dict[int, float] = {}
        self._pictures: dict[str, tuple[float, NDArray[np.uint8]]] = {}  # topic to confidence and picture
        self._taken = 0
        self.frames_processed = 0
        self.create_subscription(
            DiagnosticArray, names.DIAGNOSTICS, self._take_diagnostics, QOS[names.DIAGNOSTICS]
        )
        self.create_subscription(FaceArray, names.FACES, self._take_faces, QOS[names.FACES])
        self.create_subscription(Emotion, names.EMOTION, self._take_emotion, QOS[names.EMOTION])
        self.create_subscription(Image, names.ANNOTATED, self._take_annotated, QOS[names.ANNOTATED])
        self.create_subscription(Image, names.OVERLAY, self._take_overlay, QOS[names.OVERLAY])
        self.create_subscription(Image, names.PROTOTYPE, self._take_prototype, QOS[names.PROTOTYPE])

    @property
    def graph_is_up(self) -> bool:
        """Whether tracker, classifier and explainer offer what the demo listens to."""
        return all(
            self.count_publishers(self.resolve_topic_name(topic))
            for topic in (names.FACES, names.ANNOTATED, names.EMOTION, names.OVERLAY)
        )

    def refuse_company(self) -> None:
        """Raise GraphError if somebody publishes answers here already: they would be taken for the demo's."""
        topic = self.resolve_topic_name(names.EMOTION)
        deadline_s = time.monotonic() + _DISCOVERY_S
        while time.monotonic() < deadline_s:
            self.listen(0.05)
            if self.count_publishers(topic):
                raise GraphError(
                    f"another graph publishes {topic}: stop it, or give the demo another ROS_DOMAIN_ID."
                )

    def listen(self, seconds: float) -> bool:
        """Take what arrives within a time; whether anything did."""
        before = self._taken
        rclpy.spin_once(self, timeout_sec=seconds)
        return self._taken > before

    @property
    def stream_s(self) -> float:
        """Stream time of the latest frame that the tracker has processed."""
        return self._seconds(self._latest_ns)

    def save(self) -> list[str]:
        """Write the pictures of the surest answer; returns the names of all picture files that there are."""
        files = []
        for topic, name in ((names.OVERLAY, "overlay.png"), (names.PROTOTYPE, "prototype.png")):
            if topic in self._pictures:
                cv2.imwrite(str(self._folder / name), self._pictures[topic][1])
                files.append(name)
        if self._video is not None:
            self._video.release()
            files.append("annotated.mp4")
        return files

    def _seconds(self, ns: int) -> float:
        return (ns - self._origin_ns) * 1e-9 if self._origin_ns is not None else 0.0

    def _take_faces(self, message: FaceArray) -> None:
        self._latest_ns = convert.stamp_ns(message.header.stamp)
        if self._origin_ns is None:
            self._origin_ns = self._latest_ns
        self._taken += 1

    def _take_diagnostics(self, message: DiagnosticArray) -> None:
        """The tracker's own count of frames; of its 200 messages a second some may not arrive here."""
        for status in message.status:
            if status.name == f"{self.get_namespace().lstrip('/')}/face_tracker":
                values = {pair.key: pair.value for pair in status.values}
                self.frames_processed = int(values.get("processed", self.frames_processed))

    def _take_emotion(self, message: Emotion) -> None:
        self._taken += 1
        self._confidence[convert.stamp_ns(message.header.stamp)] = message.confidence
        onset, apex, offset = (
            self._seconds(convert.stamp_ns(t)) for t in (message.onset, message.apex, message.offset)
        )
        self._on_row(
            Row(
                time_s=self.stream_s,
                face_id=message.face_id,
                kind=Kind(message.kind).name.lower(),
                label=message.label,
                confidence=message.confidence,
                distance=message.prototype_distance,
                limit=message.rejection_distance,
                onset_s=onset,
                apex_s=apex,
                offset_s=offset,
            )
        )

    def _take_overlay(self, message: Image) -> None:
        self._keep(names.OVERLAY, message)

    def _take_prototype(self, message: Image) -> None:
        self._keep(names.PROTOTYPE, message)

    def _keep(self, topic: str, message: Image) -> None:
        """Keep the picture if it belongs to a surer answer than the one kept so far."""
        self._taken += 1
        confidence = self._confidence.get(convert.stamp_ns(message.header.stamp), 0.0)
        if topic not in self._pictures or confidence > self._pictures[topic][0]:
            self._pictures[topic] = confidence, np.array(convert.from_image(message))

    def _take_annotated(self, message: Image) -> None:
        picture = convert.from_image(message)
        if self._video is None:
            height, width = picture.shape[:2]
            path = str(self._folder / "annotated.mp4")
            self._video = cv2.VideoWriter(path, cv2.VideoWriter_fourcc(*"mp4v"), _VIDEO_FPS, (width, height))
        self._video.write(np.ascontiguousarray(picture))
        self._taken += 1


@contextlib.contextmanager
def observing(namespace: str, folder: Path, on_row: Callable[[Row], None]) -> Iterator[DemoObserver]:
    """An observer in a ROS context of its own; ROS is shut down with it.

    Raises GraphError if ROS does not start, or if another graph answers on the same topics already.
    """
    try:
        rclpy.init(args=[])
        observer = DemoObserver(namespace, folder, on_row)
    except Exception as error:  # rclpy's own errors share no base class
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise GraphError(
            f"ROS does not start ({first}): check ROS_DOMAIN_ID and the RMW, mer doctor helps."
        ) from error
    try:
        observer.refuse_company()
        yield observer
    except ExternalShutdownException as error:
        raise KeyboardInterrupt from error
    finally:
        observer.destroy_node()
        rclpy.try_shutdown()
