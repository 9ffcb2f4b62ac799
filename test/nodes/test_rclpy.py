"""The private parts of rclpy that the nodes use; a release without them fails here, not on a robot."""

from __future__ import annotations

import inspect
import time

from rclpy.lifecycle import LifecycleNode, LifecycleNodeMixin
from rclpy.node import Node
from std_msgs.msg import String


def test_every_transition_calls_the_method_that_refuses_invalid_ones() -> None:
    method = getattr(LifecycleNodeMixin, "_LifecycleNodeMixin__change_state")  # noqa: B009  mangled here else
    assert list(inspect.signature(method).parameters) == ["self", "transition_id"]

    requested = []

    class Ours(LifecycleNode):
        def _LifecycleNodeMixin__change_state(self, transition_id: int) -> object:  # noqa: N802
            requested.append(transition_id)
            return super()._LifecycleNodeMixin__change_state(transition_id)

    node = Ours("transitions")
    try:
        assert node._state_machine.current_state[1] == "unconfigured"
        node.trigger_configure()
        assert len(requested) == 1 and node._state_machine.current_state[1] == "inactive"
    finally:
        node.destroy_node()


def test_overrides_are_available_before_parameters_are_declared() -> None:
    arguments = ["--ros-args", "-p", "fps:=30.0"]
    node = Node("overrides", cli_args=arguments, use_global_arguments=False)
    try:
        assert node._parameter_overrides["fps"].value == 30.0
    finally:
        node.destroy_node()


def test_messages_can_be_taken_from_a_subscription_without_an_executor() -> None:
    from rclpy.impl.implementation_singleton import rclpy_implementation

    node = Node("takes")
    try:
        publisher = node.create_publisher(String, "taken", 1)
        subscription = node.create_subscription(String, "taken", lambda _message: None, 1, raw=True)
        waiting = rclpy_implementation.WaitSet(1, 0, 0, 0, 0, 0, node.context.handle)
        deadline = time.monotonic() + 60
        taken = None
        while taken is None and time.monotonic() < deadline:
            publisher.publish(String(data="word"))
            with subscription.handle:
                waiting.clear_entities()
                waiting.add_subscription(subscription.handle)
                waiting.wait(100_000_000)
                taken = subscription.handle.take_message(String, True)
        assert taken is not None
        message, info = taken
        assert b"word" in message and abs(info["received_timestamp"] - time.time_ns()) < 20e9
    finally:
        node.destroy_node()


def test_the_parameter_service_calls_the_method_that_refuses_by_name() -> None:
    from rclpy import parameter_service

    assert "set_parameters_atomically" in inspect.getsource(parameter_service)
    assert list(inspect.signature(Node.set_parameters_atomically).parameters) == ["self", "parameter_list"]
