"""What the tracker's diagnostics say of lost pictures and of movements passed over, without a camera."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mer_ros.frame_gate import FrameGate
from mer_ros.nodes.face_tracker_node import FaceTracker
from mer_ros.nodes.image_health import ImageHealth

START, STEP = 10**18, 5_000_000


@pytest.fixture
def tracker() -> Iterator[FaceTracker]:
    node = FaceTracker()
    yield node
    node.end()
    node.destroy_node()


@pytest.fixture
def second(tracker: FaceTracker) -> Callable[..., tuple[bytes, str, dict[str, str]]]:
    """``second(lost)``: the report of 200 pictures at 200 a second of which so many did not come."""
    health, gate = ImageHealth(tracker), FrameGate()
    health.start("/cam/image", "/cam/image")
    places = iter(range(10**6))

    def report(lost: int) -> tuple[bytes, str, dict[str, str]]:
        for i in range(200):
            place = next(places)
            if not 50 <= i < 50 + lost:
                health.arrived()
                gate.judge(START + place * STEP, "cam", 0, 0.0)
        return health.report(gate, True)

    return report


def test_every_lost_picture_is_named_and_only_many_are_a_warning(
    second: Callable[..., tuple[bytes, str, dict[str, str]]],
) -> None:
    ok, warn = b"\x00", b"\x01"
    assert second(0)[:2] == (ok, "watching")
    level, words, values = second(1)
    assert level == ok and values["lost_by_stamp"] == "1"
    said = "watching; pictures lost in transport or never sent since activation: 1"
    assert words == said
    assert second(0)[:2] == (ok, said), "it is not forgotten"
    level, words, _ = second(20)
    assert level == warn and "20 pictures beside 180 were lost in transport" in words
    assert "fastdds.xml" in words
    assert second(0)[:2] == (ok, said[:-1] + "21")


def test_movements_passed_over_are_counted_on_when_the_tracker_is_activated_again(tracker: Any) -> None:
    def told() -> str:
        return str(tracker.health()[2]["passed_over_speech"])

    tracker.trigger_configure()
    tracker._watcher.passed_over.add("speech", 3)
    for _ in range(2):
        tracker.trigger_activate()
        assert told() == "3"
        tracker.trigger_deactivate()
    tracker.trigger_cleanup()
    tracker.trigger_configure()
    assert told() == "0", "another watcher"
