"""A subscriber like any robot's: collects what the graph publishes, for the demo's table and pictures."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import rclpy
from numpy.typing import NDArray
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from sensor_msgs.msg import Image

from mer_interfaces.msg import Emotion, FaceArray
from mer_ros import topic_names as names
from mer_ros.nodes import convert
from mer_ros.nodes.topics import QOS
from mer_ros.reports.demo import Row
from mer_ros.types import Kind

_VIDEO_FPS = 15.0


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
        self._pictures: dict[str, dict[int, NDArray[np.uint8]]] = {names.OVERLAY: {}, names.PROTOTYPE: {}}
        self.frames_seen = 0
        self.video_frames = 0
        self.overlays = 0
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

    def listen(self, seconds: float) -> None:
        """Take what arrives within a time."""
        rclpy.spin_once(self, timeout_sec=seconds)

    @property
    def stream_s(self) -> float:
        """Stream time of the latest frame that the tracker has processed."""
        return self._seconds(self._latest_ns)

    def save(self) -> list[str]:
        """Write the pictures of the surest answer; returns the names of those that lack."""
        missing = []
        by_confidence = sorted(self._confidence, key=lambda stamp: -self._confidence[stamp])
        for topic, name in ((names.OVERLAY, "overlay.png"), (names.PROTOTYPE, "prototype.png")):
            picture = next(
                (self._pictures[topic][s] for s in by_confidence if s in self._pictures[topic]), None
            )
            if picture is None:
                missing.append(name)
            else:
                cv2.imwrite(str(self._folder / name), picture)
        if self._video is None:
            missing.append("annotated.mp4")
        else:
            self._video.release()
        return missing

    def _seconds(self, ns: int) -> float:
        return (ns - self._origin_ns) * 1e-9 if self._origin_ns is not None else 0.0

    def _take_faces(self, message: FaceArray) -> None:
        self._latest_ns = convert.stamp_ns(message.header.stamp)
        if self._origin_ns is None:
            self._origin_ns = self._latest_ns
        self.frames_seen += 1

    def _take_emotion(self, message: Emotion) -> None:
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
        self.overlays += 1
        self._keep(names.OVERLAY, message)

    def _take_prototype(self, message: Image) -> None:
        self._keep(names.PROTOTYPE, message)

    def _keep(self, topic: str, message: Image) -> None:
        self._pictures[topic][convert.stamp_ns(message.header.stamp)] = np.array(convert.from_image(message))

    def _take_annotated(self, message: Image) -> None:
        picture = convert.from_image(message)
        if self._video is None:
            height, width = picture.shape[:2]
            path = str(self._folder / "annotated.mp4")
            self._video = cv2.VideoWriter(path, cv2.VideoWriter_fourcc(*"mp4v"), _VIDEO_FPS, (width, height))
        self._video.write(np.ascontiguousarray(picture))
        self.video_frames += 1


@contextlib.contextmanager
def observing(namespace: str, folder: Path, on_row: Callable[[Row], None]) -> Iterator[DemoObserver]:
    """An observer in a ROS context of its own; ROS is shut down with it."""
    rclpy.init(args=[])
    observer = DemoObserver(namespace, folder, on_row)
    try:
        yield observer
    except ExternalShutdownException as error:
        raise KeyboardInterrupt from error
    finally:
        observer.destroy_node()
        rclpy.try_shutdown()
