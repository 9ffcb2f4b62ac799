"""Images from a topic: invalid ones are dropped and counted, and the next valid one is processed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from rclpy.parameter import Parameter

from mer_ros.nodes.face_tracker.intake import Arrival
from mer_ros.stream.wire import WireCompressed, WireImage


@pytest.mark.parametrize(
    "reason",
    [
        pytest.param("encoding", id="fault_01"),
        pytest.param("size", id="fault_03"),
        pytest.param("short_data", id="fault_05"),
        pytest.param("step", id="fault_07"),
        pytest.param("too_large", id="fault_12"),
        pytest.param("zero_stamp", id="fault_20"),
        pytest.param("far_future", id="fault_23"),
    ],
)
def test_an_invalid_image_is_counted_without_a_result_and_the_next_valid_one_is_processed(
    reason: str, feed: Any
) -> None:
    feed.send()
    before = len(feed.faces)
    feed.send_corrupt(reason)
    feed.send()
    assert len(feed.faces) == before + 1
    feed.wait_value(f"dropped_{reason}", feed.corrupted[reason])


def test_fault_06_excess_bytes_are_ignored_and_the_image_is_counted(feed: Any) -> None:
    feed.send()
    before = len(feed.faces)
    message = feed.message()
    message.data = message.data.tobytes() + b"more"
    feed.publisher.publish(message)
    feed.wait_for(lambda: len(feed.faces) > before, "the faces of the longer image")
    feed.wait_value("longer_than_declared", 1)


def test_fault_21_a_repeated_stamp_is_dropped(feed: Any) -> None:
    feed.send()
    before = len(feed.faces)
    feed.publisher.publish(feed.message(stamp=feed.stamp))
    feed.send()
    assert len(feed.faces) == before + 1


def test_fault_22_stamps_that_go_back_reset_the_tracks_and_processing_continues(
    feed: Any, tracker: Any
) -> None:
    feed.send()
    before = feed.send().faces[0].id
    feed.send(stamp=feed.stamp - 60_000_000_000)
    assert feed.send().faces[0].id != before, "the earlier track was continued"
    assert "[INFO]" in tracker.wait_line("time went back")


def test_fault_16_images_of_a_second_camera_are_dropped_with_an_error_and_the_first_is_processed(
    feed: Any,
) -> None:
    feed.send()
    before = len(feed.faces)

    def send_of_both() -> None:
        feed.publisher.publish(feed.message(frame_id="other"))
        feed.send()

    send_of_both()
    assert len(feed.faces) == before + 1
    assert "'other'" in feed.wait_level(b"\x02", "second camera", send_of_both)


def test_faults_17_and_18_truncated_and_unreadable_jpegs_are_dropped(
    make_feed: Any, start: Callable[..., Any], probe: Any, photo: np.ndarray
) -> None:
    node = start("face_tracker", "-p", "compressed:=true", "-p", "reliability:=reliable", namespace="/jpeg")
    node.wait_line("active")
    feed = make_feed(probe, "/jpeg", photo, compressed=True)
    feed.send()
    truncated, unreadable = feed.message(), feed.message()
    truncated.data = truncated.data[: len(truncated.data) // 2]
    unreadable.data = b"this is not an image"
    before = len(feed.faces)
    feed.publisher.publish(truncated)
    feed.publisher.publish(unreadable)
    assert len(feed.send().faces) == 1 and len(feed.faces) == before + 1
    feed.wait_value("dropped_compressed", 2)


@pytest.mark.parametrize(("order", "bgr"), [("bgr", [1, 2, 3]), ("rgb", [3, 2, 1])])
def test_fault_02_images_of_encoding_8uc3_have_the_order_of_the_parameter(
    order: str, bgr: list[int], node: Any
) -> None:
    node.set_parameters([Parameter("order_8uc3", value=order)])
    node.trigger_configure()
    sent = WireImage(1, "cam", 2, 2, "8UC3", 0, 6, memoryview(bytes([1, 2, 3] * 4)))
    decoded = node._intake.decode(Arrival(sent, 1, "cam", 0.0, 0))
    assert decoded[0, 0].tolist() == bgr


def test_fault_86_bytes_behind_a_compressed_image_are_counted(node: Any, photo: np.ndarray) -> None:
    node.set_parameters([Parameter("compressed", value=True)])
    node.trigger_configure()
    data = cv2.imencode(".jpg", photo)[1].tobytes()
    for behind in (b"", b"\r\n"):
        sent = WireCompressed(1, "cam", "jpeg", memoryview(data + behind))
        assert node._intake.decode(Arrival(sent, 1, "cam", 0.0, 0)).shape == (480, 640, 3)
    assert node._health.oversized == 1


def test_fault_81_images_of_a_camera_mounted_upside_down_are_turned(
    start: Callable[..., Any], probe: Any, make_feed: Any, photo: np.ndarray
) -> None:
    node = start("face_tracker", "-p", "rotate:=180", "-p", "reliability:=reliable", namespace="/turned")
    node.wait_line("active")
    feed = make_feed(probe, "/turned", np.ascontiguousarray(photo[::-1, ::-1]))

    def answered() -> list[Any]:
        feed.publisher.publish(feed.message())
        return [face for message in feed.faces for face in message.faces]

    face = probe.wait_for(answered, "a face")[0]
    assert abs(face.roll) < 0.3
    centre_y = face.roi.y_offset + face.roi.height / 2
    assert centre_y < 240, "positions refer to the turned image, where the face is in the upper half"
    assert node.end() == 0


def test_fault_85_a_repeated_image_has_the_faces_of_the_first_and_no_rate_of_its_own(
    feed: Any, photo: np.ndarray
) -> None:
    before = len(feed.faces)
    for i in range(160):
        feed.photo = photo.copy()
        feed.photo[-1, -1] = i // 2 % 2 * 255  # every image twice, at 50 Hz
        feed.send()
    sent = feed.faces[before:]
    assert len(sent) == 160 and all(len(message.faces) == 1 for message in sent[2:])
    assert sent[-1].faces[0].id == sent[2].faces[0].id
    feed.wait_for(lambda: int(feed.values().get("repeated", 0)) >= 20, "repeats in the diagnostics")
    assert sent[-1].frame_rate_hz == pytest.approx(25, rel=0.1)
