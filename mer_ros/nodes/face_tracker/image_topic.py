"""An image subscription with its own thread, which takes serialised messages.

An executor of rclpy checks all services, timers and subscriptions of its node before each message, which
costs 0.3 ms here, and converts the message to a Python object, which costs another copy. Therefore no
executor serves this subscription: a thread waits for this subscription only and takes the serialised bytes.

The subscription has no event handlers: an executor that waits for events of a subscription which another
thread serves never sleeps. ``image_health`` finds publishers with an incompatible quality of service.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from rclpy.callback_groups import MutuallyExclusiveCallbackGroup
from rclpy.event_handler import SubscriptionEventCallbacks
from rclpy.impl.implementation_singleton import rclpy_implementation
from rclpy.qos import QoSProfile

from mer_ros.nodes.base.lifecycle import MerLifecycleNode

_POLL_NS = 50_000_000  # between two checks whether the thread is to end


class _NoExecutor(MutuallyExclusiveCallbackGroup):
    """A callback group that no executor serves."""

    def can_execute(self, entity: object) -> bool:
        return False


class ImageTopic:
    """A subscription with its own thread, until it is closed.

    take: called in that thread with the serialised message and the time at which the transport received it,
    nanoseconds of the system clock; must not raise.
    """

    def __init__(
        self,
        node: MerLifecycleNode,
        kind: type,
        topic: str,
        qos: QoSProfile,
        take: Callable[[bytes, int], None],
    ) -> None:
        self._node, self._kind, self._take = node, kind, take
        self._subscription = node.create_subscription(
            kind,
            topic,
            lambda _message: None,  # never called
            qos,
            callback_group=_NoExecutor(),
            event_callbacks=SubscriptionEventCallbacks(use_default_callbacks=False),
            raw=True,
        )
        self._running = True
        self._thread = threading.Thread(target=self._run, name="take", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Unsubscribe; returns when the thread has ended."""
        self._running = False
        self._thread.join()
        self._node.destroy_subscription(self._subscription)

    def _run(self) -> None:
        context = self._node.context
        waiting = rclpy_implementation.WaitSet(1, 0, 0, 0, 0, 0, context.handle)
        handle = self._subscription.handle
        with handle:  # keeps it alive while the thread waits on it
            while self._running and context.ok():
                try:
                    waiting.clear_entities()
                    waiting.add_subscription(handle)
                    waiting.wait(_POLL_NS)
                    while self._running and (taken := handle.take_message(self._kind, True)) is not None:
                        message, info = taken
                        self._take(message, info["received_timestamp"])
                except rclpy_implementation.RCLError as error:
                    if not context.ok():
                        return  # a signal has shut the context down under this thread
                    self._node.report_failure(error)
                    time.sleep(_POLL_NS * 1e-9)
