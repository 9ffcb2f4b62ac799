"""Subscribes to a running graph for ``mer watch``, only while a browser is open, and fills the page's hub."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from rclpy.client import Client
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.qos import QoSProfile
from rclpy.serialization import deserialize_message
from rclpy.task import Future
from rclpy.timer import Timer
from sensor_msgs.msg import Image
from std_srvs.srv import SetBool

from mer_interfaces.msg import Emotion, Explanation, FaceArray
from mer_ros.errors import BadFrame
from mer_ros.graph import topic_names as names
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.guarded import sentence_of
from mer_ros.nodes.base.initialisation import does_not_start, init_command
from mer_ros.nodes.base.qos import QOS, image_qos, reliable
from mer_ros.nodes.base.statuses import statuses_below
from mer_ros.nodes.tools.graph_probe import stamp_ns
from mer_ros.nodes.tools.watch_messages import event_fields, movements, node_state
from mer_ros.runtime import Throttle
from mer_ros.stream.wire import read_image
from mer_ros.web.hub import Hub
from mer_ros.web.lanes import MotionLanes
from mer_ros.web.overlays import OverlayMatcher
from mer_ros.web.pictures import LivePicture

_DISCOVERY_S = 1.0
_FACES_TYPE = "mer_interfaces/msg/FaceArray"


class GraphWatcher(Node):
    """Receives what the page shows, from all trackers in a namespace, and switches them on request.

    namespace: of the graph. A tracker is named by its path below the namespace, such as "face_tracker" or
    "front/face_tracker", as in its diagnostics.
    """

    def __init__(self, namespace: str, hub: Hub) -> None:
        super().__init__(
            f"watch_{os.getpid()}", namespace=namespace, start_parameter_services=False, enable_rosout=False
        )
        self._hub = hub
        self._switches: dict[str, Client] = {}  # of each tracker that is subscribed to
        self._present: list[str] | None = None  # sent last
        self._matcher: OverlayMatcher[LivePicture] = OverlayMatcher()
        self._discovery: Timer | None = None
        self._requests: queue.SimpleQueue[tuple[str, bool]] = queue.SimpleQueue()
        self._throttle = Throttle(5.0)
        self._wake = self.create_guard_condition(self._guarded(self._follow_hub))
        self._session = 0  # of the hub, 0 while nothing is subscribed to
        self._opened_ms = 0  # when the session began, system time
        hub.on_session = self._wake.trigger
        hub.on_enable = self._request_enable

    def close(self) -> None:
        """Receive no more requests of the hub, and leave the graph."""
        self._hub.disconnect()
        self.destroy_node()

    def _guarded(self, callback: Callable[..., Any]) -> Callable[..., None]:
        """A callback whose exceptions are logged, at most one in five seconds: the page stays open."""

        def guarded(*args: Any) -> None:
            try:
                callback(*args)
            except Exception as error:
                if self.context.ok() and self._throttle.ready(type(error).__name__):
                    self.get_logger().warning(sentence_of(error))

        return guarded

    # -- the hub
    def _follow_hub(self) -> None:
        """Subscribe for a session of browsers, unsubscribe after it; send requests on."""
        session = self._hub.session
        if session != self._session and self._session:
            self._unsubscribe()
        if session and session != self._session:
            self._subscribe(DiagnosticArray, names.DIAGNOSTICS, self._on_diagnostics)
            self._opened_ms = time.time_ns() // 1_000_000
            self._subscribe_to_emotion()
            self._subscribe(Explanation, names.EXPLANATION, self._on_explanation)
            self._subscribe(Image, names.OVERLAY, self._on_overlay, raw=True)
            self._discovery = self.create_timer(_DISCOVERY_S, self._guarded(self._discover))
            self._discover()
        self._session = session
        while not self._requests.empty():
            self._enable(*self._requests.get())

    def _subscribe(
        self,
        kind: type,
        topic: str,
        callback: Callable[..., None],
        qos: QoSProfile | None = None,
        raw: bool = False,
    ) -> None:
        self.create_subscription(kind, topic, self._guarded(callback), qos or QOS[topic], raw=raw)

    def _subscribe_to_emotion(self) -> None:
        """With the time at which each message was published: those of the last minute come at once."""
        guarded = self._guarded(self._on_emotion)
        # rclpy passes the times of a message to a callback that requires two arguments
        on_emotion: Callable[..., None] = lambda message, info: guarded(message, info)  # noqa: E731
        self.create_subscription(Emotion, names.EMOTION, on_emotion, QOS[names.EMOTION])

    def _unsubscribe(self) -> None:
        for subscription in list(self.subscriptions):
            self.destroy_subscription(subscription)
        for switch in self._switches.values():
            self.destroy_client(switch)
        assert self._discovery is not None
        self.destroy_timer(self._discovery)
        self._discovery, self._present = None, None
        self._switches.clear()
        self._matcher = OverlayMatcher()

    # -- trackers
    def _discover(self) -> None:
        """Subscribe to trackers that have appeared, and report which are there when that changes."""
        trackers = self._trackers()
        for name, (topic, service) in trackers.items():
            if name not in self._switches:
                self._switches[name] = self.create_client(SetBool, service)
                on_faces = partial(self._on_faces, MotionLanes(name))
                # best effort: the tracker does not wait for acknowledgements of 200 messages per second
                self._subscribe(FaceArray, topic, on_faces, image_qos("best_effort", 20), raw=True)
                annotated = f"{topic.removesuffix(names.FACES)}{names.ANNOTATED}"
                self._subscribe(Image, annotated, partial(self._on_picture, name), reliable(1), raw=True)
        present = sorted(trackers)
        if present != self._present:
            self._present = present
            graph = {"kind": "graph", "namespace": self.get_namespace(), "cameras": present}
            self._hub.put_state("graph", graph)

    def _trackers(self) -> dict[str, tuple[str, str]]:
        """Name of each running tracker to its topic of faces and its service."""
        prefix = f"{self.get_namespace().rstrip('/')}/"
        found = {}
        for topic, types in self.get_topic_names_and_types():
            if _FACES_TYPE in types and topic.startswith(prefix) and topic.endswith(f"/{names.FACES}"):
                for info in self.get_publishers_info_by_topic(topic):
                    node = f"{info.node_namespace.rstrip('/')}/{info.node_name}"
                    found[node.removeprefix(prefix)] = (topic, f"{node}{names.ENABLE.removeprefix('~')}")
        return found

    def _request_enable(self, camera: str, on: bool) -> None:
        """Called in the thread of the server."""
        self._requests.put((camera, on))
        self._wake.trigger()

    def _enable(self, camera: str, on: bool) -> None:
        switch = self._switches.get(camera)
        if switch is None or not switch.service_is_ready():
            self._hub.put_notice(f"{camera[:80]} is not running: start it first.")
            return
        answer = switch.call_async(SetBool.Request(data=on))
        answer.add_done_callback(self._guarded(partial(self._on_enabled, camera)))

    def _on_enabled(self, camera: str, answer: Future) -> None:
        result = answer.result()
        assert result is not None
        self._hub.put_notice("" if result.success else f"{camera}: {result.message}")

    # -- messages
    def _on_diagnostics(self, message: DiagnosticArray) -> None:
        for status in statuses_below(self.get_namespace(), message):
            self._hub.put_state(f"node {status.name}", node_state(status))

    def _on_faces(self, lanes: MotionLanes, serialised: bytes) -> None:
        stamp = stamp_ns(serialised)
        if not lanes.wants(stamp):  # most of them: the rest costs more than to receive one
            return
        message = deserialize_message(serialised, FaceArray)
        due = lanes.add(stamp, message.source, movements(message))
        if due is not None:
            self._hub.put_movement(due)

    def _on_emotion(self, message: Emotion, info: Mapping[str, int]) -> None:
        published_ns = info["source_timestamp"] or time.time_ns()  # 0: this middleware does not send it
        fields = event_fields(message, published_ns // 1_000_000, self._opened_ms)
        self._hub.put_event(message.event_id, fields)

    def _on_explanation(self, message: Explanation) -> None:
        fields = {name: getattr(message, name) for name in ("text", "map_warning", "language")}
        self._hub.put_event(message.event_id, fields)
        self._send_overlay(
            self._matcher.explanation(convert.stamp_ns(message.header.stamp), message.event_id)
        )

    def _on_overlay(self, message: bytes) -> None:
        picture = self._picture(message)
        if picture is not None:
            self._send_overlay(self._matcher.overlay(picture.stamp_ns, picture))

    def _send_overlay(self, pair: tuple[str, LivePicture] | None) -> None:
        if pair is not None:
            event_id, picture = pair
            picture.header = {"kind": "overlay", "event_id": event_id}
            picture.stamp_ns = 0  # that of the apex says nothing about the delay
            self._hub.put_overlay(event_id, picture)

    def _on_picture(self, camera: str, message: bytes) -> None:
        picture = self._picture(message)
        if picture is not None:
            picture.header = {"kind": "picture", "camera": camera}
            self._hub.put_picture(camera, picture)

    def _picture(self, message: bytes) -> LivePicture | None:
        """The picture of a serialised Image; None for one that cannot be shown, which is logged."""
        try:
            image = read_image(message)
            return LivePicture(convert.from_image(image), {}, image.stamp_ns)
        except BadFrame as error:
            if self._throttle.ready("picture"):
                self.get_logger().warning(str(error))
            return None


@contextlib.contextmanager
def watching(namespace: str, hub: Hub) -> Iterator[GraphWatcher]:
    """Initialise ROS without its signal handlers, and run a watcher in a thread until the end of the context.

    Raises GraphError if ROS does not start.
    """
    init_command(signal_handlers=False)
    try:
        watcher = GraphWatcher(namespace, hub)
    except Exception as error:  # rclpy's own errors share no base class
        raise does_not_start(error) from error
    executor = SingleThreadedExecutor()
    executor.add_node(watcher)
    thread = threading.Thread(target=executor.spin, name="watcher", daemon=True)
    thread.start()
    try:
        yield watcher
    finally:
        executor.shutdown(timeout_sec=1.0)
        thread.join(2.0)
        watcher.close()
        rclpy.try_shutdown()
