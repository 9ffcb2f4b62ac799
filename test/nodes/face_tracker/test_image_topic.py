"""The thread that takes serialised messages of a subscription, and the exceptions that it survives."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from rclpy.impl.implementation_singleton import rclpy_implementation
from std_msgs.msg import String

from mer_ros.nodes.base.qos import image_qos
from mer_ros.nodes.face_tracker import image_topic
from mer_ros.nodes.face_tracker.image_topic import ImageTopic


class Words:
    """An ``ImageTopic`` of strings, and its publisher."""

    def __init__(self, node: Any, take: Callable[[bytes, int], None], wait_for: Callable[..., Any]) -> None:
        qos = image_qos("reliable")
        self.topic = ImageTopic(node, String, "words", qos, take)
        self._publisher = node.create_publisher(String, "words", qos)
        self._wait_for = wait_for
        wait_for(lambda: self._publisher.get_subscription_count() == 1, "the subscription")

    def send(self, word: str) -> None:
        self._publisher.publish(String(data=word))

    def close(self) -> None:
        """Close the topic; returns when the publisher has no subscription."""
        self.topic.close()
        self._wait_for(lambda: self._publisher.get_subscription_count() == 0, "the end of the subscription")


@pytest.fixture
def subscribe(node: Any, wait_for: Callable[..., Any]) -> Iterator[Callable[..., Words]]:
    """``subscribe(take)``: the topic with this callback."""
    created: list[Words] = []

    def make(take: Callable[[bytes, int], None]) -> Words:
        created.append(Words(node, take, wait_for))
        return created[-1]

    yield make
    for words in created:
        words.topic.close()


@pytest.fixture
def failures(monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """Exceptions that the wait set of the thread raises, one after the other."""
    errors: list[Exception] = []

    class WaitSet:
        def __init__(self, *sizes: Any) -> None:
            self._real = rclpy_implementation.WaitSet(*sizes)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

        def wait(self, ns: int) -> None:
            if errors:
                raise errors.pop()
            self._real.wait(ns)

    fake = SimpleNamespace(WaitSet=WaitSet, RCLError=rclpy_implementation.RCLError)
    monkeypatch.setattr(image_topic, "rclpy_implementation", fake)
    return errors


def test_a_message_is_passed_on_as_bytes_with_its_time_of_arrival(
    subscribe: Callable[..., Words], wait_for: Callable[..., Any]
) -> None:
    taken: list[tuple[bytes, int]] = []
    words = subscribe(lambda message, received_ns: taken.append((message, received_ns)))
    words.send("first")
    ((message, received_ns),) = wait_for(lambda: taken, "the message")
    assert b"first" in message and abs(received_ns - time.time_ns()) < 60e9


def test_nothing_is_taken_after_close(subscribe: Callable[..., Words], wait_for: Callable[..., Any]) -> None:
    taken: list[bytes] = []
    words = subscribe(lambda message, _received_ns: taken.append(message))
    words.send("first")
    wait_for(lambda: taken, "the message")
    words.close()
    words.send("second")
    assert len(taken) == 1


def test_fault_57_an_exception_of_the_callback_is_counted_and_the_next_message_is_taken(
    node: Any, subscribe: Callable[..., Words], wait_for: Callable[..., Any]
) -> None:
    taken = []

    def take(message: bytes, _received_ns: int) -> None:
        if b"invalid" in message:
            raise ValueError("an invalid word")
        taken.append(message)

    words = subscribe(node.guard(take))
    words.send("invalid")
    words.send("good")
    wait_for(lambda: taken, "the second message")
    assert node.drops["error"] == 1 and node.last_messages["error"] == "ValueError: an invalid word"


def test_fault_57_an_error_of_the_transport_is_counted_and_the_next_message_is_taken(
    node: Any, subscribe: Callable[..., Words], failures: list[Exception], wait_for: Callable[..., Any]
) -> None:
    taken: list[bytes] = []
    words = subscribe(lambda message, _received_ns: taken.append(message))
    failures.append(rclpy_implementation.RCLError("the wait set is invalid"))
    wait_for(lambda: node.drops["error"] == 1, "the count of the error")
    assert "the wait set is invalid" in node.last_messages["error"]
    words.send("good")
    wait_for(lambda: taken, "the message")


def test_fault_63_an_error_after_the_end_of_the_context_ends_the_thread_without_a_message(
    node: Any,
    subscribe: Callable[..., Words],
    failures: list[Exception],
    monkeypatch: pytest.MonkeyPatch,
    wait_for: Callable[..., Any],
) -> None:
    failures.append(rclpy_implementation.RCLError("the context is invalid"))
    with monkeypatch.context() as patch:
        ends_with_the_error = SimpleNamespace(ok=lambda: bool(failures), handle=node.context.handle)
        patch.setattr(type(node), "context", ends_with_the_error)
        words = subscribe(lambda _message, _received_ns: None)
        wait_for(lambda: not words.topic._thread.is_alive(), "the end of the thread")
    assert failures == [] and node.drops["error"] == 0
