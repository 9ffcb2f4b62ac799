"""Subscribes to a running graph, as a robot does, and collects the results for ``mer demo``."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from numpy.typing import NDArray
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from sensor_msgs.msg import Image

from mer_interfaces.msg import Emotion, ExpressionEvent, FaceArray
from mer_ros.analysis.motion_lanes import ANY_REGION, LaneSampler, MotionLane
from mer_ros.errors import GraphError
from mer_ros.graph import topic_names as names
from mer_ros.graph.received_emotion import ReceivedEmotion
from mer_ros.media.video_writer import VideoWriter
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.initialisation import does_not_start, init_command
from mer_ros.nodes.base.qos import QOS
from mer_ros.nodes.base.statuses import statuses_below
from mer_ros.nodes.base.worker import QUEUE_FULL
from mer_ros.nodes.tools.event_follower import received_emotion
from mer_ros.runtime import Seen
from mer_ros.types import ExpressionEvent as Event

_DISCOVERY_S = 1.0
_MOST_EVENTS = 64  # with their crops, 2 MB each


@dataclass(frozen=True)
class GraphFigures:
    """Figures from the latest diagnostics of camera and tracker.

    frames_sent, rate_hz, rate_kept, ended: of the camera; frames_sent is final once it has ended. processed,
    queue_drops: numbers of frames in the tracker.
    """

    frames_sent: int = 0
    rate_hz: float = 0.0
    rate_kept: bool = True
    ended: bool = False
    processed: int = 0
    queue_drops: int = 0

    @classmethod
    def from_values(cls, camera: Mapping[str, str], tracker: Mapping[str, str]) -> GraphFigures:
        """Figures from diagnostic values; a missing key has its default."""
        return cls(
            frames_sent=int(camera.get("sent", 0)),
            rate_hz=float(camera.get("rate_hz", 0.0)),
            rate_kept=camera.get("rate_kept", "true") == "true",
            ended=camera.get("ended", "false") == "true",
            processed=int(tracker.get("processed", 0)),
            queue_drops=int(tracker.get(f"dropped_{QUEUE_FULL}", 0)),
        )


class DemoObserver(Node):
    """Subscribes in a namespace and keeps the images of the most confident prediction.

    folder: annotated.mp4 is written there during the run, the images by ``save_pictures``. on_emotion: called
    for every final Emotion of an event that was not withdrawn. errors: node to the first message of level
    ERROR in its diagnostics.
    """

    def __init__(self, namespace: str, folder: Path, on_emotion: Callable[[ReceivedEmotion], None]) -> None:
        super().__init__("demo_observer", namespace=namespace)
        self._folder, self._report = folder, on_emotion
        self._origin_ns: int | None = None
        self._latest_ns = self._first_annotated_ns = 0
        self._video = VideoWriter(folder / "annotated.mp4")
        self._lanes = LaneSampler(ANY_REGION)
        self._spotted: dict[str, ExpressionEvent] = {}  # the latest message of each event, by its id
        self.image_wh = (0, 0)
        self._confidence: dict[int, float] = {}  # by stamp
        self._pictures: dict[str, tuple[float, NDArray[np.uint8]]] = {}  # topic to confidence and image
        self._values: dict[str, dict[str, str]] = {}  # node to the values of its latest diagnostics
        self._received = 0
        self._seen = Seen()
        self.errors: dict[str, str] = {}
        for kind, topic, callback in (
            (DiagnosticArray, names.DIAGNOSTICS, self._on_diagnostics),
            (FaceArray, names.FACES, self._on_faces),
            (ExpressionEvent, names.EVENTS, self._on_event),
            (Emotion, names.EMOTION, self._on_emotion),
            (Image, names.ANNOTATED, self._on_annotated),
            (Image, names.OVERLAY, self._on_overlay),
            (Image, names.PROTOTYPE, self._on_prototype),
        ):
            self.create_subscription(kind, topic, callback, QOS[topic])

    @property
    def graph_is_up(self) -> bool:
        """Whether tracker, classifier and explainer are active and publish the topics of the demo."""
        active = {node for node, values in self._values.items() if values.get("state") == "active"}
        return {"face_tracker", "classifier", "explainer"} <= active and all(
            self.count_publishers(self.resolve_topic_name(topic))
            for topic in (names.FACES, names.ANNOTATED, names.EMOTION, names.OVERLAY)
        )

    @property
    def figures(self) -> GraphFigures:
        """The latest figures of camera and tracker."""
        return GraphFigures.from_values(self._values.get("camera", {}), self._values.get("face_tracker", {}))

    @property
    def stream_s(self) -> float:
        """Stream time of the latest frame that the tracker has processed, seconds."""
        return self._seconds(self._latest_ns)

    def check_alone(self) -> None:
        """Raise GraphError if another graph publishes on the topics of the demo."""
        topic = self.resolve_topic_name(names.EMOTION)
        deadline_s = time.monotonic() + _DISCOVERY_S
        while time.monotonic() < deadline_s:
            self.spin(0.05)
            if self.count_publishers(topic):
                raise GraphError(
                    f"another graph publishes {topic}: stop it, or set another ROS_DOMAIN_ID for the demo."
                )

    def spin(self, duration_s: float) -> bool:
        """Wait for one message, at most ``duration_s``; True if one other than diagnostics arrived."""
        before = self._received
        rclpy.spin_once(self, timeout_sec=duration_s)
        return self._received > before

    def save_pictures(self) -> list[str]:
        """Write the images of the most confident prediction; returns the names of all written files."""
        files = []
        for topic, name in ((names.OVERLAY, "overlay.png"), (names.PROTOTYPE, "prototype.png")):
            if topic in self._pictures:
                cv2.imwrite(str(self._folder / name), self._pictures[topic][1])
                files.append(name)
        with self._video:
            pass
        return [*files, "annotated.mp4"] if self._video.frames else files

    def lanes(self) -> list[MotionLane]:
        """The movement of every face, of the region that moves most, over the time of the clip."""
        return self._lanes.lanes()

    def events(self) -> list[Event]:
        """The final events with their crops and the times of the clip, in order of their onset."""
        found = [convert.from_event(message) for message in self._spotted.values()]
        final = [event.since(self._origin_ns or 0) for event in found if event.is_final]
        return sorted(final, key=lambda event: event.onset_ns)

    def _seconds(self, ns: int) -> float:
        return (ns - self._origin_ns) * 1e-9 if self._origin_ns is not None else 0.0

    def _on_diagnostics(self, message: DiagnosticArray) -> None:
        for node, level, sentence, values in statuses_below(self.get_namespace(), message):
            self._values[node] = values
            if level == DiagnosticStatus.ERROR:
                self.errors.setdefault(node, sentence)

    def _on_faces(self, message: FaceArray) -> None:
        self._latest_ns = convert.stamp_ns(message.header.stamp)
        if self._origin_ns is None:
            self._origin_ns = self._latest_ns
        faces = [convert.from_face(face) for face in message.faces]
        motions = {face.id: np.array([face.motion], np.float32) for face in faces}
        self._lanes.add(self._latest_ns - self._origin_ns, faces, motions)
        self._received += 1

    def _on_event(self, message: ExpressionEvent) -> None:
        self._received += 1
        if message.event_id in self._spotted or len(self._spotted) < _MOST_EVENTS:
            self._spotted[message.event_id] = message

    def _on_emotion(self, message: Emotion) -> None:
        self._received += 1
        if not convert.is_final(message) or not self._seen.add(message.event_id):
            return  # a restarted classifier answers the latest events again
        self._confidence[convert.stamp_ns(message.header.stamp)] = message.confidence
        self._report(received_emotion(message, self.stream_s, self._seconds))

    def _on_overlay(self, message: Image) -> None:
        self._keep(names.OVERLAY, message)

    def _on_prototype(self, message: Image) -> None:
        self._keep(names.PROTOTYPE, message)

    def _keep(self, topic: str, message: Image) -> None:
        """Keep an image if its prediction is more confident than that of the image kept so far."""
        self._received += 1
        confidence = self._confidence.get(convert.stamp_ns(message.header.stamp), 0.0)
        if topic not in self._pictures or confidence > self._pictures[topic][0]:
            self._pictures[topic] = confidence, np.array(convert.from_image(message))

    def _on_annotated(self, message: Image) -> None:
        picture = convert.from_image(message)
        self.image_wh = picture.shape[1], picture.shape[0]
        stamp_ns = convert.stamp_ns(message.header.stamp)
        self._first_annotated_ns = self._first_annotated_ns or stamp_ns
        self._video.add(stamp_ns - self._first_annotated_ns, picture)
        self._received += 1


@contextlib.contextmanager
def observing(
    namespace: str, folder: Path, on_emotion: Callable[[ReceivedEmotion], None]
) -> Iterator[DemoObserver]:
    """Initialise ROS, yield an observer, and shut ROS down.

    Raises GraphError if ROS does not start, or if another graph publishes on the same topics.
    """
    init_command()
    try:
        observer = DemoObserver(namespace, folder, on_emotion)
    except Exception as error:  # rclpy's own errors share no base class
        raise does_not_start(error) from error
    try:
        observer.check_alone()
        yield observer
    except ExternalShutdownException as error:
        raise KeyboardInterrupt from error
    finally:
        observer.destroy_node()
        rclpy.try_shutdown()
