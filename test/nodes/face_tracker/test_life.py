"""The face tracker over DDS as time goes by: switches, cycles, silence."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sensor_msgs.msg import Image
from std_srvs.srv import SetBool

from mer_ros.nodes.base import convert
from mer_ros.nodes.base.qos import image_qos, reliable


def test_the_switch_stops_all_processing_at_once_and_back(
    feed: Any, module_probe: Any, wait_for: Callable[..., Any]
) -> None:
    feed.good()
    response = module_probe.call(SetBool, "/mer/face_tracker/enable", SetBool.Request(data=False))
    assert response.success and feed.publisher.get_subscription_count() == 0
    answered = len(feed.faces)
    feed.level(b"\x00", "switched off")
    assert len(feed.faces) == answered
    assert module_probe.call(SetBool, "/mer/face_tracker/enable", SetBool.Request(data=True)).success
    wait_for(lambda: feed.publisher.get_subscription_count() == 1, "the tracker's return")
    assert feed.good().frame_rate_hz == 0.0


def test_the_switch_turns_on_also_what_was_activated_while_off(
    feed: Any, module_probe: Any, wait_for: Callable[..., Any]
) -> None:
    def switch(on: bool) -> None:
        assert module_probe.call(SetBool, "/mer/face_tracker/enable", SetBool.Request(data=on)).success

    switch(False)
    assert module_probe.transition("/mer/face_tracker", "deactivate")
    assert module_probe.transition("/mer/face_tracker", "activate")
    assert feed.publisher.get_subscription_count() == 0
    switch(True)
    wait_for(lambda: feed.publisher.get_subscription_count() == 1, "the tracker's return")
    feed.good()  # waits for its faces


def test_a_switch_that_breaks_is_answered_and_leaves_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    from mer_ros.nodes.face_tracker.node import FaceTrackerNode

    def breaks() -> None:
        raise RuntimeError("no more handles")

    node = FaceTrackerNode()
    try:
        monkeypatch.setattr(FaceTrackerNode, "state", "active")
        monkeypatch.setattr(node, "activate", breaks)
        response = node._on_enable(SetBool.Request(data=True), SetBool.Response())
        assert (response.success, response.message) == (False, "RuntimeError: no more handles")
        assert node.health()[1] == "face processing is switched off"
    finally:
        node.end()
        node.destroy_node()


def test_annotated_pictures_are_made_only_for_who_looks_and_not_more_often_than_asked(
    feed: Any, module_probe: Any, wait_for: Callable[..., Any]
) -> None:
    pictures = module_probe.listen(Image, "/mer/annotated", reliable(5))
    wait_for(lambda: module_probe.node.count_publishers("/mer/annotated"), "the annotated topic")

    def seen() -> bool:
        feed.good()
        return bool(pictures)

    wait_for(seen, "an annotated picture")
    first = len(pictures)
    for _ in range(50):  # 1 s of stream time at 50 Hz
        feed.good()
    wait_for(lambda: len(pictures) >= first + 8, "ten pictures a second")
    assert len(pictures) <= first + 11
    assert convert.from_image(pictures[-1]).shape == (480, 640, 3)


def test_faults_60_and_61_two_hundred_cycles_leave_it_listening_and_no_larger(
    feed: Any, tracker: Any, module_probe: Any, wait_for: Callable[..., Any]
) -> None:
    def cycle() -> None:
        feed.publisher.publish(feed.message())  # something is on its way while it stops
        assert module_probe.transition("/mer/face_tracker", "deactivate")
        assert module_probe.transition("/mer/face_tracker", "activate")

    for _ in range(20):
        cycle()
    before = _resident_mb(tracker.process.pid)
    for _ in range(180):
        cycle()
    wait_for(lambda: feed.publisher.get_subscription_count() == 1, "one listener")
    feed.good()  # waits for its faces
    assert _resident_mb(tracker.process.pid) - before < 30


def _resident_mb(pid: int) -> float:
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def test_fault_30_unplugged_is_stale_and_back_is_ok_without_a_restart(feed: Any) -> None:
    feed.good()
    feed.level(b"\x03", "no picture for")
    deadline = time.monotonic() + 20
    while feed.status[feed.name].level != b"\x00":
        feed.good()
        assert time.monotonic() < deadline
    assert feed.status[feed.name].message.startswith("watching")


def test_faults_29_and_31_silence_is_explained(
    start: Callable[..., Any], module_probe: Any, photo: np.ndarray
) -> None:
    publisher = module_probe.node.create_publisher(Image, "/quiet/image", image_qos("best_effort"))
    other = module_probe.node.create_publisher(Image, "/elsewhere/image_raw", image_qos())
    strict = start("face_tracker", "-p", "reliability:=reliable", namespace="/quiet")
    lost = start("face_tracker", namespace="/lost")
    line = strict.wait_line("offers less")
    assert (
        "module_probe" in line
        and "/quiet/face_tracker" in line
        and "Best effort publisher and reliable" in line
    )
    line = lost.wait_line("no picture ever came on /lost/image")
    assert "/elsewhere/image_raw (Image)" in line
    for made in (publisher, other):
        module_probe.node.destroy_publisher(made)


def test_fault_29_a_driver_that_comes_back_with_less_is_an_error_too(
    start: Callable[..., Any], make_feed: Any, module_probe: Any, photo: np.ndarray
) -> None:
    node = start("face_tracker", "-p", "reliability:=reliable", namespace="/weaker")
    node.wait_line("active")
    feed = make_feed(module_probe, "/weaker", photo)
    feed.good()
    module_probe.node.destroy_publisher(feed.publisher)
    weaker = module_probe.node.create_publisher(Image, "/weaker/image", image_qos("best_effort"))
    assert "offers less on /weaker/image" in feed.level(b"\x02", "no picture will arrive")
    module_probe.node.destroy_publisher(weaker)
