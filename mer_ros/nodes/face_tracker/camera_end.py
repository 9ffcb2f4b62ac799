"""Whether the camera node of this package has ended, so that its silence is no fault."""

from __future__ import annotations

from collections.abc import Collection

from diagnostic_msgs.msg import DiagnosticArray
from rclpy.subscription import Subscription

from mer_ros.graph import topic_names
from mer_ros.nodes.base.lifecycle import MerLifecycleNode
from mer_ros.nodes.base.qos import QOS
from mer_ros.nodes.base.statuses import statuses_below


class CameraEnd:
    """Reads from /diagnostics whether cameras report ``ended``. node: the tracker.

    It subscribes only while there is a camera to watch: /diagnostics of a robot has many other messages.
    """

    def __init__(self, node: MerLifecycleNode) -> None:
        self._node = node
        self._ended: dict[str, bool] = {}  # by full name without the first slash
        self._subscription: Subscription | None = None

    def watch(self, cameras: Collection[str]) -> None:
        """Watch these nodes, too, until ``close``. cameras: full names, such as "/mer/camera"."""
        for camera in cameras:
            self._ended.setdefault(camera.lstrip("/"), False)
        if self._ended and self._subscription is None:
            self._subscription = self._node.create_subscription(
                DiagnosticArray,
                topic_names.DIAGNOSTICS,
                self._node.guard(self._on_diagnostics),
                QOS[topic_names.DIAGNOSTICS],
            )

    @property
    def watching(self) -> bool:
        """Whether any camera is watched."""
        return bool(self._ended)

    @property
    def ended(self) -> bool:
        """Whether all watched cameras have ended, according to their latest messages."""
        return self.watching and all(self._ended.values())

    def close(self) -> None:
        """Unsubscribe, and forget the cameras."""
        self._ended = {}
        if self._subscription is not None:
            self._node.destroy_subscription(self._subscription)
            self._subscription = None

    def _on_diagnostics(self, message: DiagnosticArray) -> None:
        for status in statuses_below("", message):
            if status.name in self._ended:
                self._ended[status.name] = status.values.get("ended") == "true"
