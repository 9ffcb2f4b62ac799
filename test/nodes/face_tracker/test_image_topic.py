"""The thread that takes pictures: what it hands on, and what it survives."""

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
from mer_ros.nodes.face_tracker.node import FaceTrackerNode


@pytest.fixture
def node() -> Iterator[FaceTrackerNode]:
    node = FaceTrackerNode()
    yield node
    node.end()
    node.destroy_node()


@pytest.fixture
def listen(node: FaceTrackerNode, wait_for: Callable[..., Any]) -> Iterator[Callable[..., ImageTopic]]:
    """``listen(take)``: an ImageTopic with a publisher, of which ``send(word)`` sends."""
    topics: list[ImageTopic] = []

    def make(take: Callable[[bytes, int], None]) -> ImageTopic:
        topics.append(ImageTopic(node, String, "words", image_qos("reliable"), take))
        publisher = node.create_publisher(String, "words", image_qos("reliable"))
        wait_for(publisher.get_subscription_count, "the listener")
        topics[-1].send = lambda word: publisher.publish(String(data=word))
        return topics[-1]

    yield make
    for topic in topics:
        topic.close()


@pytest.fixture
def torn(monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """Errors that are raised, one after the other, where the thread waits."""
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


def test_a_message_is_handed_on_as_bytes_with_the_time_it_came(
    listen: Callable[..., Any], wait_for: Callable[..., Any]
) -> None:
    taken: list[tuple[bytes, int]] = []
    topic = listen(lambda message, received_ns: taken.append((message, received_ns)))
    topic.send("first")
    ((message, received_ns),) = wait_for(lambda: taken, "the word")
    assert b"first" in message and abs(received_ns - time.time_ns()) < 20e9
    topic.close()
    topic.send("second")
    time.sleep(0.2)
    assert len(taken) == 1, "nothing is taken after the close"


def test_fault_57_what_taking_raises_is_counted_and_the_next_message_comes(
    node: FaceTrackerNode, listen: Callable[..., Any], wait_for: Callable[..., Any]
) -> None:
    taken = []

    def take(message: bytes, _received_ns: int) -> None:
        if b"bad" in message:
            raise ValueError("a bad word")
        taken.append(message)

    topic = listen(node.guard(take))
    topic.send("bad")
    topic.send("good")
    wait_for(lambda: taken, "the good word")
    assert node.drops["error"] == 1 and node.last_messages["error"] == "ValueError: a bad word"


def test_fault_57_an_error_of_the_transport_is_counted_and_the_next_message_comes(
    node: FaceTrackerNode, listen: Callable[..., Any], torn: list[Exception], wait_for: Callable[..., Any]
) -> None:
    taken: list[bytes] = []
    topic = listen(lambda message, _received_ns: taken.append(message))
    torn.append(rclpy_implementation.RCLError("the wait set is torn"))
    wait_for(lambda: node.drops["error"] == 1, "the count of the error")
    assert "the wait set is torn" in node.last_messages["error"]
    topic.send("good")
    wait_for(lambda: taken, "the word after it")


def test_fault_63_an_error_of_a_context_that_has_ended_ends_the_thread_without_a_word(
    node: FaceTrackerNode,
    listen: Callable[..., Any],
    torn: list[Exception],
    monkeypatch: pytest.MonkeyPatch,
    wait_for: Callable[..., Any],
) -> None:
    torn.append(rclpy_implementation.RCLError("the context is gone"))
    with monkeypatch.context() as patch:
        ends_with_it = SimpleNamespace(ok=lambda: bool(torn), handle=node.context.handle)
        patch.setattr(FaceTrackerNode, "context", ends_with_it)
        topic = listen(lambda _message, _received_ns: None)
        wait_for(lambda: not topic._thread.is_alive(), "the end of the thread")
    assert torn == [] and node.drops["error"] == 0
