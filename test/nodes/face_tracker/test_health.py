"""What the tracker's diagnostics say of lost pictures and of movements passed over, without a camera."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import rclpy
from sensor_msgs.msg import Image

from mer_ros.nodes.base.qos import image_qos
from mer_ros.nodes.face_tracker.image_health import ImageHealth
from mer_ros.nodes.face_tracker.node import FaceTrackerNode
from mer_ros.runtime import QUEUE_FULL
from mer_ros.stream.gate import FrameGate

START, STEP = 10**18, 5_000_000


@pytest.fixture
def tracker() -> Iterator[FaceTrackerNode]:
    node = FaceTrackerNode()
    yield node
    node.end()
    node.destroy_node()


@pytest.fixture
def second(tracker: FaceTrackerNode) -> Callable[..., tuple[bytes, str, dict[str, str]]]:
    """``second(lost)``: the report of 200 pictures at 200 a second of which so many did not come."""
    health, gate = ImageHealth(tracker), FrameGate()
    health.start("/cam/image", "/cam/image", image_qos())
    places = iter(range(10**6))

    def report(lost: int) -> tuple[bytes, str, dict[str, str]]:
        for i in range(200):
            place = next(places)
            if not 50 <= i < 50 + lost:
                health.count_received()
                gate.check(START + place * STEP, "cam", 0, 0.0)
                health.count_processed(0.004)
        return health.report(gate, True)

    return report


def test_every_lost_picture_is_named_and_only_many_are_a_warning(
    second: Callable[..., tuple[bytes, str, dict[str, str]]],
) -> None:
    ok, warn = b"\x00", b"\x01"
    assert second(0)[:2] == (ok, "watching")
    level, words, values = second(1)
    assert level == ok and values["lost_by_stamp"] == "1"
    said = "watching; pictures lost in transport or never sent since activation: {}, published by the camera"
    assert words == said.format(1)
    assert second(0)[:2] == (ok, said.format(1)), "it is not forgotten"
    level, words, _ = second(20)
    assert level == warn and "20 pictures beside 180 were lost in transport" in words
    assert "fastdds.xml" in words
    assert second(0)[:2] == (ok, said.format(21))


def test_one_bad_picture_is_a_warning_and_a_full_queue_is_one_when_it_costs_many(
    tracker: FaceTrackerNode, second: Callable[..., tuple[bytes, str, dict[str, str]]]
) -> None:
    ok, warn = b"\x00", b"\x01"
    tracker.drops.add(QUEUE_FULL, 4)
    assert second(0)[:2] == (ok, "watching")
    tracker.drops.add(QUEUE_FULL, 5)
    level, words, _ = second(0)
    assert level == warn and "dropped: 5, most for queue_full" in words
    tracker.drops.add("encoding")
    level, words, _ = second(0)
    assert level == warn and "dropped: 1, most for encoding" in words
    assert second(0)[:2] == (ok, "watching")


def test_whoever_publishes_is_named_with_what_was_lost(
    tracker: FaceTrackerNode, second: Callable[..., tuple[bytes, str, dict[str, str]]]
) -> None:
    driver = rclpy.create_node("driver", namespace="/front")
    driver.create_publisher(Image, "/cam/image", image_qos())
    try:
        deadline = time.monotonic() + 20
        while not tracker.get_publishers_info_by_topic("/cam/image"):
            assert time.monotonic() < deadline, "the driver is not seen"
            time.sleep(0.02)
        assert second(1)[1].endswith("since activation: 1, published by /front/driver")
        assert "let /front/driver" in second(20)[1]
    finally:
        driver.destroy_node()


def test_rejected_movements_are_counted_on_when_the_tracker_is_activated_again(tracker: Any) -> None:
    def rejected() -> str:
        return str(tracker.health()[2]["passed_over_speech"])

    tracker.trigger_configure()
    tracker._watcher.rejections.add("speech", 3)
    for _ in range(2):
        tracker.trigger_activate()
        assert rejected() == "3"
        tracker.trigger_deactivate()
    tracker.trigger_cleanup()
    tracker.trigger_configure()
    assert rejected() == "0", "another watcher"
