"""Diagnostics of the tracker: lost and dropped images, faces, silent and incompatible cameras."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import rclpy
from sensor_msgs.msg import Image

from mer_ros.graph import transport_profile
from mer_ros.nodes.base.qos import image_qos
from mer_ros.nodes.base.worker import QUEUE_FULL
from mer_ros.nodes.face_tracker.image_health import ImageHealth
from mer_ros.stream.gate import FrameGate

OK, WARN, ERROR, STALE = b"\x00", b"\x01", b"\x02", b"\x03"
START_NS, STEP_NS = 10**18, 5_000_000

Report = Callable[[int], tuple[bytes, str, dict[str, str]]]


@pytest.fixture
def report_with(node: Any) -> Report:
    """``report_with(n_lost)``: the report after 200 more frames of a 200 Hz camera, of which n are lost."""
    health, gate = ImageHealth(node), FrameGate()
    health.start("/cam/image", "/cam/image", image_qos())
    indices = iter(range(10**6))

    def report(n_lost: int) -> tuple[bytes, str, dict[str, str]]:
        for i in range(200):
            index = next(indices)
            if not 50 <= i < 50 + n_lost:
                health.count_received()
                gate.check(START_NS + index * STEP_NS, "cam", 0, 0.0)
                health.count_processed(0.004)
        return health.report(gate, True)

    return report


def test_every_lost_frame_is_reported_and_many_are_a_warning(report_with: Report) -> None:
    assert report_with(0)[:2] == (OK, "processing")
    level, words, values = report_with(1)
    assert level == OK and values["lost_by_stamp"] == "1"
    lost = "processing; frames lost in transport or never sent since activation: {}, published by the camera"
    assert words == lost.format(1)
    assert report_with(0)[:2] == (OK, lost.format(1)), "the loss is no longer reported"
    level, words, _ = report_with(20)
    assert level == WARN and words.startswith("lost in transport or never sent: 20 of 200 frames")
    assert "fastdds.xml" in words
    assert report_with(0)[:2] == (OK, lost.format(21))


def test_frames_that_a_recording_lacks_are_not_blamed_on_transport(node: Any) -> None:
    """Damaged frames of a file that the tracker plays itself."""
    health, gate = ImageHealth(node), FrameGate()
    played = SimpleNamespace(live=False, failure="", absent="", ended=False, rate_warning="", format="")
    health.start("clip.ts", "clip.ts", None, playback=played)  # type: ignore[arg-type]
    for i in range(200):
        if not 50 <= i < 70:
            health.count_received()
            gate.check(START_NS + i * STEP_NS, "cam", 0, 0.0)
            health.count_processed(0.004)
    level, words, _ = health.report(gate, True)
    assert level == WARN and words == "missing in the recording: 20 of 200 frames in the last second."


def test_one_invalid_image_is_a_warning_and_a_full_queue_only_if_it_drops_many(
    node: Any, report_with: Report
) -> None:
    node.drops.add(QUEUE_FULL, 4)
    assert report_with(0)[:2] == (OK, "processing")
    node.drops.add(QUEUE_FULL, 5)
    level, words, _ = report_with(0)
    assert level == WARN and words.startswith("5 images dropped in the last second, most for queue_full")
    node.drops.add("encoding")
    level, words, _ = report_with(0)
    assert level == WARN and words.startswith("1 image dropped in the last second, most for encoding")
    assert report_with(0)[:2] == (OK, "processing")


def test_fault_89_without_shared_memory_that_is_the_named_cause_of_losses(
    report_with: Report, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(transport_profile, "SHARED_MEMORY", tmp_path / "shm")
    _, words, _ = report_with(20)
    assert f"{tmp_path}/shm does not exist, so images come over UDP" in words and "fastdds.xml" not in words


def test_the_publisher_is_named_with_the_losses(
    node: Any, report_with: Report, wait_for: Callable[..., Any]
) -> None:
    driver = rclpy.create_node("driver", namespace="/front")
    driver.create_publisher(Image, "/cam/image", image_qos())
    try:
        wait_for(lambda: node.get_publishers_info_by_topic("/cam/image"), "the driver")
        assert report_with(1)[1].endswith("since activation: 1, published by /front/driver")
        assert "start /front/driver and /face_tracker with config/fastdds.xml" in report_with(20)[1]
    finally:
        driver.destroy_node()


def test_diagnostics_show_what_can_be_detected_in_a_face_and_without_one(feed: Any) -> None:
    def values_while_sending(n_faces: str) -> dict[str, str]:
        def found() -> dict[str, str] | None:
            feed.send()
            values: dict[str, str] = feed.values()
            recent = float(values.get("median_frame_age_ms", 0)) > 0  # images since the last diagnostics
            return values if recent and values["faces"] == n_faces else None

        return dict(feed.wait_for(found, f"diagnostics with {n_faces} faces"))

    face = values_while_sending("1")
    assert 60 < float(face["interocular_px"]) < 200 and float(face["over_exposed"]) < 0.5
    assert float(face["weakest_motion"]) >= 0.002 and float(face["noise_floor"]) > 0
    in_px = float(face["weakest_motion"]) * float(face["interocular_px"])
    assert float(face["weakest_motion_px"]) == pytest.approx(in_px, rel=0.05)
    assert "smallest detectable movement " in face["camera_fitness"]
    assert float(face["median_frame_age_ms"]) <= float(face["worst_frame_age_ms"]) < 10_000
    feed.photo = np.zeros((480, 640, 3), np.uint8)
    none = values_while_sending("0")
    assert none["weakest_motion"] == "" and "no face" in none["camera_fitness"]
    assert list(none) == list(face)


def test_images_that_are_all_refused_are_an_error_with_the_reason_and_some_a_warning(feed: Any) -> None:
    def send_one_of_two() -> None:
        feed.send_corrupt("encoding")
        feed.send()

    feed.send()
    message = feed.wait_level(
        ERROR, "all images dropped in the last second", lambda: feed.send_corrupt("encoding")
    )
    assert "'nv24' is not supported" in message
    message = feed.wait_level(WARN, "dropped in the last second, most", send_one_of_two)
    assert re.match(r"\d+ images? dropped in the last second, most for encoding: .*'nv24'", message)
    feed.wait_level(OK, "processing", feed.send)


def test_fault_69_the_number_of_values_is_constant(feed: Any) -> None:
    feed.send()
    keys = list(feed.wait_for(feed.values, "diagnostics"))
    feed.send_corrupt("step")
    feed.send()
    feed.wait_value("dropped_step", feed.corrupted["step"])
    assert list(feed.values()) == keys


def test_fault_30_a_camera_that_falls_silent_is_stale_and_ok_again_without_a_restart(feed: Any) -> None:
    feed.send()
    feed.wait_level(STALE, "no image for")
    assert feed.wait_level(OK, "processing", feed.send).startswith("processing")


def test_fault_96_a_pause_is_told_in_the_log_and_in_diagnostics_and_loses_no_frame(
    feed: Any, tracker: Any
) -> None:
    for _ in range(100):
        feed.send()
    feed.wait_level(OK, "processing", feed.send)
    lost, gaps, silences = (int(feed.values()[key]) for key in ("lost_by_stamp", "gaps", "silences"))
    before = len(tracker.lines)
    message = feed.wait_level(STALE, "has been silent since")
    assert re.fullmatch(r"no image for \d+ s: /mer/image has been silent since \d\d:\d\d:\d\d", message)
    feed.stamp += 4_000_000_000
    message = feed.wait_level(OK, "is back", feed.send)
    assert re.fullmatch(r"processing; /mer/image is back after \d+\.\d s", message)
    tracker.wait_line("/mer/image is back after")
    new = tracker.lines[before:]
    assert [sum(words in line for line in new) for words in ("silent since", "is back")] == [1, 1]
    assert not any("lost in transport" in line for line in new)
    values = feed.values()
    found = [int(values[key]) for key in ("lost_by_stamp", "gaps", "silences")]
    assert found == [lost, gaps + 1, silences + 1]


def test_fault_96_a_node_that_is_not_active_expects_no_image(
    feed: Any, tracker: Any, module_probe: Any
) -> None:
    feed.send()
    before = len(tracker.lines)
    assert module_probe.transition("/mer/face_tracker", "deactivate")
    time.sleep(3.5)  # a topic is silent after 2 s, and is judged every second
    feed.wait_level(OK, "inactive")
    assert tracker.lines[before:] == []
    assert module_probe.transition("/mer/face_tracker", "activate")
    feed.wait_for(feed.publisher.get_subscription_count, "the subscription")
    feed.send()


def test_fault_96_a_rate_that_was_logged_wrongly_is_logged_again_once(
    node: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The first images of the driver came at 200 Hz, from its queue; the camera has 30 Hz."""
    health, gate = ImageHealth(node), FrameGate()
    health.start("/cam/image", "/cam/image", image_qos())
    stamp = START_NS

    def second(rate_hz: int) -> None:
        nonlocal stamp
        for _ in range(rate_hz):
            health.count_received()
            gate.check(stamp := stamp + 10**9 // rate_hz, "cam", 0, 0.0)
        health.report(gate, True)

    second(200)
    for _ in range(10):
        second(30)
    lines = [line for line in capfd.readouterr().err.splitlines() if "camera: " in line]
    assert len(lines) == 2 and "200 Hz resolves every" in lines[0]
    assert "30 Hz resolves expressions of 133 ms" in lines[1]
    assert lines[1].endswith("it was logged as 200 Hz before")


def test_faults_29_and_31_the_cause_of_silence_is_logged(
    start: Callable[..., Any], module_probe: Any
) -> None:
    publisher = module_probe.node.create_publisher(Image, "/quiet/image", image_qos("best_effort"))
    other = module_probe.node.create_publisher(Image, "/elsewhere/image_raw", image_qos())
    strict = start("face_tracker", "-p", "reliability:=reliable", namespace="/quiet")
    lost = start("face_tracker", namespace="/lost")
    line = strict.wait_line("module_probe offers less")
    assert "/quiet/face_tracker" in line and "Best effort publisher and reliable" in line
    line = lost.wait_line("no image has arrived on /lost/image")
    assert "/elsewhere/image_raw (Image)" in line
    for created in (publisher, other):
        module_probe.node.destroy_publisher(created)


def test_fault_29_a_driver_that_returns_with_an_incompatible_reliability_is_an_error(
    feed: Any, module_probe: Any
) -> None:
    feed.send()
    module_probe.node.destroy_publisher(feed.publisher)
    weaker = module_probe.node.create_publisher(Image, "/mer/image", image_qos("best_effort"))
    try:
        assert "offers less on /mer/image" in feed.wait_level(ERROR, "no image will arrive")
    finally:
        module_probe.node.destroy_publisher(weaker)
        feed.publisher = module_probe.publisher(Image, "/mer/image", image_qos("reliable"))
