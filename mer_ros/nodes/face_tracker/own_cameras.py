"""Whether the camera node of this package has ended, or waits, so that its silence is no fault."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping

from diagnostic_msgs.msg import DiagnosticArray
from rclpy.subscription import Subscription

from mer_ros.graph import topic_names
from mer_ros.nodes.base.lifecycle import MerLifecycleNode
from mer_ros.nodes.base.qos import QOS
from mer_ros.nodes.base.statuses import statuses_below

_WAITING_KNOWN_S = 5.0  # after a camera's last message, which comes every second, it may have died


class OwnCameras:
    """Reads from /diagnostics whether cameras report ``ended`` or ``waiting``.

    It subscribes only while there is a camera to watch: /diagnostics of a robot has many other messages.
    node: the tracker. now_s: a clock that is never set, seconds.
    """

    def __init__(self, node: MerLifecycleNode, now_s: Callable[[], float] = time.monotonic) -> None:
        self._node, self._now_s = node, now_s
        self._values: dict[str, Mapping[str, str]] = {}  # by full name without the first slash
        self._heard_s: dict[str, float] = {}
        self._subscription: Subscription | None = None

    def watch(self, cameras: Collection[str]) -> None:
        """Watch these nodes, too, until ``close``. cameras: full names, such as "/mer/camera"."""
        for camera in cameras:
            self._values.setdefault(camera.lstrip("/"), {})
        if self._values and self._subscription is None:
            self._subscription = self._node.create_subscription(
                DiagnosticArray,
                topic_names.DIAGNOSTICS,
                self._node.guard(self._on_diagnostics),
                QOS[topic_names.DIAGNOSTICS],
            )

    @property
    def watching(self) -> bool:
        """Whether any camera is watched."""
        return bool(self._values)

    @property
    def ended(self) -> bool:
        """Whether all watched cameras have ended, according to their latest messages."""
        return self.watching and all(values.get("ended") == "true" for values in self._values.values())

    @property
    def waiting(self) -> bool:
        """Whether a watched camera holds its recording back, according to a message of the last seconds."""
        since_s = self._now_s() - _WAITING_KNOWN_S
        return any(
            values.get("waiting") == "true" and self._heard_s[name] >= since_s
            for name, values in self._values.items()
        )

    def close(self) -> None:
        """Unsubscribe, and forget the cameras."""
        self._values, self._heard_s = {}, {}
        if self._subscription is not None:
            self._node.destroy_subscription(self._subscription)
            self._subscription = None

    def _on_diagnostics(self, message: DiagnosticArray) -> None:
        for status in statuses_below("", message):
            if status.name in self._values:
                self._values[status.name] = status.values
                self._heard_s[status.name] = self._now_s()
