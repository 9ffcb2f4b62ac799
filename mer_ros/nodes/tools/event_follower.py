"""Subscribes to a running graph for ``mer up``: events as they come, failed nodes, the end of a recording."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

import rclpy
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.node import Node
from rclpy.subscription import Subscription

from mer_interfaces.msg import Emotion, Explanation, ExpressionEvent, FaceArray
from mer_ros.graph import topic_names as names
from mer_ros.graph.received_emotion import ReceivedEmotion
from mer_ros.nodes.base import stamps
from mer_ros.nodes.base.initialisation import does_not_start
from mer_ros.nodes.base.qos import QOS
from mer_ros.nodes.base.statuses import statuses_below
from mer_ros.runtime import Seen
from mer_ros.types import Kind

_SETTLE_S = 1.0  # from the end of a recording, for events on their way
_MISSING_S = 10.0  # without a message, until missing answers are given up
_UNCHANGED = 3  # reports of the tracker with the same number of frames after a camera node has ended

OnEvent = Callable[[ReceivedEmotion, str], object]
"""Receives an answer and the text of its explanation, empty without one."""


def received_emotion(message: Emotion, time_s: float, seconds: Callable[[int], float]) -> ReceivedEmotion:
    """An Emotion in seconds of the stream. seconds: converts a stamp, ns."""
    onset, apex, offset = (
        seconds(stamps.stamp_ns(stamp)) for stamp in (message.onset, message.apex, message.offset)
    )
    return ReceivedEmotion(
        time_s=time_s,
        face_id=message.face_id,
        kind=Kind(message.kind).name.lower(),
        label=message.label,
        confidence=message.confidence,
        distance=message.prototype_distance,
        limit=message.rejection_distance,
        onset_s=onset,
        apex_s=apex,
        offset_s=offset,
        event_id=message.event_id,
        reason=message.reason,
        source=message.source,
    )


@dataclass
class _Status:
    """Latest diagnostics of a node. unchanged: reports in a row with the same number of processed frames."""

    level: bytes
    message: str
    values: Mapping[str, str]
    unchanged: int = 0


class EventFollower(Node):
    """Receives the events of a graph and reports each once, when it is final and not withdrawn.

    namespace: of the graph. ends: whether the graph plays a recording; then every event is reported with its
    explanation, otherwise with its label, without one. rate: playback speed. on_event: see ``OnEvent``.
    cameras: names of several cameras. n_events: number of events reported so far.
    """

    def __init__(
        self, namespace: str, ends: bool, rate: float, on_event: OnEvent, cameras: Collection[str] = ()
    ) -> None:
        super().__init__("event_follower", namespace=namespace)
        self._ends, self._rate, self._on_event, self._cameras = ends, rate, on_event, cameras
        self._origin_ns: int | None = None
        self._status: dict[str, _Status] = {}
        self._events: set[str] = set()  # ids
        self._answers: dict[str, ReceivedEmotion] = {}  # by event id, without explanation so far
        self._texts: dict[str, str] = {}  # explanations without an answer so far
        self._reported: set[str] = set()
        self._seen = Seen()  # of a live camera: a restarted classifier answers the latest events again
        self._ended_s: float | None = None
        self._received_s = time.monotonic()
        self.n_events = 0
        self._faces: Subscription | None = None
        self._subscribe(DiagnosticArray, names.DIAGNOSTICS, self._on_diagnostics)
        self._subscribe(Emotion, names.EMOTION, self._on_emotion)
        self._faces = self._subscribe(FaceArray, names.FACES, self._on_first_faces)
        if ends:
            self._subscribe(Explanation, names.EXPLANATION, self._on_explanation)
            self._subscribe(ExpressionEvent, names.EVENTS, self._on_event_message)

    def _subscribe(self, kind: type, topic: str, callback: Callable[..., None]) -> Subscription:
        return self.create_subscription(kind, topic, callback, QOS[topic])

    def spin(self, duration_s: float) -> None:
        """Wait for one message, at most ``duration_s``."""
        rclpy.spin_once(self, timeout_sec=duration_s)

    @property
    def failure(self) -> str:
        """Sentence on a node that cannot be configured, or whose recording failed; empty if there is none."""
        for node, status in sorted(self._status.items()):
            state, ended = status.values.get("state"), status.values.get("ended") == "true"
            if status.level == DiagnosticStatus.ERROR and (state == "unconfigured" or ended):
                return f"{node}: {status.message}"
        return ""

    @property
    def finished(self) -> bool:
        """Whether the recording has ended and all its events are reported, or given up."""
        now = time.monotonic()
        if not self._has_ended:
            self._ended_s = None
            return False
        if self._ended_s is None:
            self._ended_s = now
        if now - self._ended_s < _SETTLE_S:
            return False
        if self._events <= self._reported:
            return True
        if now - max(self._received_s, self._ended_s) < _MISSING_S:
            return False
        for answer in list(self._answers.values()):
            self._report(answer, "")
        return True

    @property
    def _has_ended(self) -> bool:
        tracker, camera = self._status.get("face_tracker"), self._status.get("camera")
        if tracker is None:
            return False
        if camera is None:
            return tracker.values.get("ended") == "true"
        return camera.values.get("ended") == "true" and tracker.unchanged >= _UNCHANGED

    @property
    def figures(self) -> tuple[int, int]:
        """(processed, lost) numbers of frames of the tracker."""
        values = self._status["face_tracker"].values if "face_tracker" in self._status else {}
        dropped = sum(int(n) for key, n in values.items() if key.startswith("dropped_"))
        return int(values.get("processed", 0)), int(values.get("lost_by_stamp", 0)) + dropped

    @property
    def judged(self) -> tuple[str, str]:
        """Which frames the tracker judged, and which expressions the frame rate resolves, in words."""
        values = self._status["face_tracker"].values if "face_tracker" in self._status else {}
        return values.get("judged", ""), values.get("camera_fitness", "").partition(";")[0]

    def _seconds(self, ns: int) -> float:
        return (ns - self._origin_ns) * 1e-9 if self._origin_ns is not None else 0.0

    def _now_s(self) -> float:
        return self._rate * self._seconds(int(self.get_clock().now().nanoseconds))

    def _on_first_faces(self, message: FaceArray) -> None:
        """Take the first stamp as the origin of all times; later messages are not needed."""
        self._origin_ns = stamps.stamp_ns(message.header.stamp)
        assert self._faces is not None
        self.destroy_subscription(self._faces)

    def _on_diagnostics(self, message: DiagnosticArray) -> None:
        for node, level, sentence, values in statuses_below(self.get_namespace(), message):
            place, _, _ = node.rpartition("/")
            if place in ("", *self._cameras):
                before = self._status.get(node)
                same = before is not None and before.values.get("processed") == values.get("processed")
                unchanged = before.unchanged + 1 if before is not None and same else 0
                self._status[node] = _Status(level, sentence, values, unchanged)

    def _on_event_message(self, message: ExpressionEvent) -> None:
        self._received_s = time.monotonic()
        self._events.add(message.event_id)
        if message.withdrawn:
            self._reported.add(message.event_id)  # it is no expression

    def _on_emotion(self, message: Emotion) -> None:
        self._received_s = time.monotonic()
        if not stamps.is_final(message):
            return
        if self._cameras and self._origin_ns is None:  # each camera has FaceArrays of its own
            self._origin_ns = stamps.stamp_ns(message.onset)
        answer = received_emotion(message, self._now_s(), self._seconds)
        if not self._ends:
            self._report(answer, "")
        elif message.event_id in self._texts:
            self._report(answer, self._texts.pop(message.event_id))
        else:
            self._answers[message.event_id] = answer

    def _on_explanation(self, message: Explanation) -> None:
        self._received_s = time.monotonic()
        answer = self._answers.get(message.event_id)
        if answer is None:
            self._texts[message.event_id] = message.text
        else:
            self._report(answer, message.text)

    def _report(self, answer: ReceivedEmotion, text: str) -> None:
        self._answers.pop(answer.event_id, None)
        if answer.event_id in self._reported:
            return
        if self._ends:
            self._reported.add(answer.event_id)
        elif not self._seen.add(answer.event_id):
            return
        self.n_events += 1
        self._on_event(answer, text)


@contextlib.contextmanager
def following(
    namespace: str, ends: bool, rate: float, on_event: OnEvent, cameras: Collection[str] = ()
) -> Iterator[EventFollower]:
    """Yield a follower; ROS must be initialised. Raises GraphError if the node cannot be created."""
    try:
        follower = EventFollower(namespace, ends, rate, on_event, cameras)
    except Exception as error:  # rclpy's own errors share no base class
        raise does_not_start(error) from error
    try:
        yield follower
    finally:
        follower.destroy_node()
