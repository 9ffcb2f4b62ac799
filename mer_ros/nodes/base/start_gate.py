"""Holds a recording back until its frames have a subscriber and the nodes that process them are active."""

from __future__ import annotations

import time
from collections.abc import Callable

from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from rclpy.subscription import Subscription

from mer_ros.errors import quantity
from mer_ros.graph import topic_names
from mer_ros.nodes.base.lifecycle import MerLifecycleNode
from mer_ros.nodes.base.qos import QOS
from mer_ros.nodes.base.statuses import statuses_below
from mer_ros.runtime import Throttle

_FIRST_LOG_S, _LOG_PERIOD_S = 5.0, 30.0
_FAILED = "failed"


class StartGate:
    """Whether a node may play a recording, according to ``wait_for_subscribers`` and ``wait_for_nodes``.

    The states of other nodes come from /diagnostics. A node that failed to configure is not waited for: the
    others may work without it. Every 30 s a sentence in the log states what is waited for.

    Parameters
    ----------
    node : the node that plays the recording.
    topic : name of the topic whose subscribers are counted.
    subscribers : returns their number.

    Attributes
    ----------
    reason : what the recording waits for, for /diagnostics; empty once it may start, and for a live camera.
    """

    def __init__(self, node: MerLifecycleNode, topic: str, subscribers: Callable[[], int]) -> None:
        self._node, self._topic, self._subscribers = node, topic, subscribers
        self._n: int = node.value("wait_for_subscribers")
        names = node.value("wait_for_nodes").split(",")
        self._awaited = {name.strip(): "not running" for name in names if name.strip()}  # name to state
        self._throttle = Throttle(_LOG_PERIOD_S)
        self._since_s = time.monotonic()
        self._open, self.reason = False, ""
        self._status: Subscription | None = None
        if self._awaited:
            self._status = node.create_subscription(
                DiagnosticArray,
                topic_names.DIAGNOSTICS,
                node.guard(self._on_diagnostics),
                QOS[topic_names.DIAGNOSTICS],
            )

    def close(self) -> None:
        """Unsubscribe."""
        if self._status is not None:
            self._node.destroy_subscription(self._status)
            self._status = None

    def may_start(self) -> bool:
        """Whether the recording may start; once True, it stays True. Call this repeatedly, in one thread."""
        if not self._open:
            reason = self._reason()
            self._open, self.reason = not reason, reason
            waited_s = time.monotonic() - self._since_s
            if reason and waited_s >= _FIRST_LOG_S and self._throttle.ready(""):
                self._node.get_logger().info(reason)
        return self._open

    def _reason(self) -> str:
        awaited = [
            f"{name} ({state})" for name, state in self._awaited.items() if state not in ("active", _FAILED)
        ]
        if awaited:
            return f"waiting until {' and '.join(awaited)} {'are' if len(awaited) > 1 else 'is'} active"
        if self._subscribers() < self._n:
            return f"waiting for {quantity(self._n, 'subscriber')} of {self._topic}"
        return ""

    def _on_diagnostics(self, message: DiagnosticArray) -> None:
        if self._open:
            self.close()
            return
        for status in statuses_below(self._node.get_namespace(), message):
            name = status.name
            if name not in self._awaited:
                continue
            state = status.values.get("state", "unknown state")
            failed = state == "unconfigured" and status.level == DiagnosticStatus.ERROR
            if failed and self._awaited[name] != _FAILED:
                self._node.get_logger().warning(f"not waiting for {name}, which failed: {status.message}")
            self._awaited[name] = _FAILED if failed else state  # read in another thread: no key is removed
