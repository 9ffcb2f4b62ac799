"""The face tracker over DDS, frame by frame: bad ones, then a good one; stamps, sizes, encodings."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from sensor_msgs.msg import Image


@pytest.mark.parametrize(
    "how",
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
def test_a_bad_frame_is_counted_and_publishes_nothing_and_the_next_good_one_works(
    spoil: Callable[[Image, str], Image], how: str, feed: Any, wait_for: Callable[..., Any]
) -> None:
    feed.good()
    counted = int(feed.values()[f"dropped_{how}"])
    answered = len(feed.faces)
    feed.publisher.publish(spoil(feed.message(), how))
    feed.good()
    assert len(feed.faces) == answered + 1
    wait_for(lambda: int(feed.values()[f"dropped_{how}"]) == counted + 1, f"a count of {how}")


def test_fault_06_longer_data_is_used_and_counted(feed: Any) -> None:
    feed.good()
    counted, answered = int(feed.values()["longer_than_told"]), len(feed.faces)
    message = feed.message()
    message.data = message.data.tobytes() + b"more"
    feed.publisher.publish(message)
    feed.wait_for(lambda: len(feed.faces) > answered, "the faces of the longer frame")
    feed.wait_for(lambda: int(feed.values()["longer_than_told"]) == counted + 1, "its count")


def test_fault_21_a_repeated_stamp_is_dropped(feed: Any) -> None:
    feed.good()
    answered = len(feed.faces)
    feed.publisher.publish(feed.message(stamp=feed.stamp))
    feed.good()
    assert len(feed.faces) == answered + 1


def test_fault_22_time_that_goes_back_starts_anew_and_goes_on(feed: Any, tracker: Any) -> None:
    feed.good()
    before = feed.good().faces[0].id
    feed.good(stamp=feed.stamp - 60_000_000_000)
    assert feed.good().faces[0].id != before, "the face of before is forgotten"
    assert "[INFO]" in tracker.wait_line("time went back")


def test_one_face_is_found_where_it_is(feed: Any) -> None:
    feed.good()
    seen = feed.good()
    assert len(seen.faces) == 1 and seen.source == "/mer/image"
    roi = seen.faces[0].roi
    assert roi.x_offset + roi.width <= 640 and roi.y_offset + roi.height <= 480
    assert 60 < seen.faces[0].interocular_px < 200 and len(seen.faces[0].landmarks) == 0


def test_diagnostics_say_what_can_be_seen_of_a_face_and_of_none(feed: Any, photo: np.ndarray) -> None:
    def values_while_sending(wanted: Callable[[dict[str, str]], bool]) -> dict[str, str]:
        def come() -> dict[str, str] | None:
            feed.good()
            values = {v.key: v.value for v in feed.status[feed.name].values}
            return values if wanted(values) else None

        return feed.wait_for(come, "the values")

    feed.good()
    feed.values()
    seen = values_while_sending(lambda values: values["faces"] == "1")
    assert 60 < float(seen["interocular_px"]) < 200 and float(seen["over_exposed"]) < 0.5
    assert float(seen["weakest_motion"]) >= 0.002 and float(seen["noise_floor"]) > 0
    in_px = float(seen["weakest_motion"]) * float(seen["interocular_px"])
    assert float(seen["weakest_motion_px"]) == pytest.approx(in_px, rel=0.05)
    assert "shows movements " in seen["camera_fitness"]
    assert 0 < float(seen["median_frame_age_ms"]) <= float(seen["worst_frame_age_ms"]) < 10_000
    feed.photo = np.zeros((480, 640, 3), np.uint8)
    none = values_while_sending(lambda values: values["faces"] == "0")
    assert none["weakest_motion"] == "" and "no face to tell" in none["camera_fitness"]
    assert list(none) == list(seen)
    feed.photo = photo
    feed.good()


@pytest.mark.parametrize("grey", [0, 255], ids=["fault_13_black", "fault_13_white"])
def test_fault_34_without_a_face_an_empty_list_is_published(grey: int, feed: Any, photo: np.ndarray) -> None:
    feed.photo = np.full((240, 320, 3), grey, np.uint8)
    feed.good()
    assert list(feed.good().faces) == []
    feed.photo = photo
    feed.good()


def test_fault_15_a_new_size_is_told_once_and_the_face_is_found_again(
    feed: Any, tracker: Any, photo: np.ndarray
) -> None:
    feed.good()
    told = len(tracker.lines)
    feed.photo = cv2.resize(photo, (800, 600))
    feed.good()
    assert len(feed.good().faces) == 1
    tracker.wait_line("pictures are now 800x600, before 640x480")
    assert len([line for line in tracker.lines[told:] if "pictures are now" in line]) == 1
    feed.photo = photo
    feed.good()


def test_fault_16_a_second_camera_on_the_topic_is_an_error_and_the_first_goes_on(feed: Any) -> None:
    feed.good()
    answered = len(feed.faces)
    feed.publisher.publish(feed.message(frame_id="other"))
    feed.good()
    assert len(feed.faces) == answered + 1
    assert "'other'" in feed.level(b"\x02", "second camera")


def test_a_camera_whose_every_picture_is_refused_is_an_error_that_says_why(
    spoil: Callable[[Image, str], Image], feed: Any
) -> None:
    feed.good()
    deadline = time.monotonic() + 20
    while feed.name not in feed.status or "every picture" not in feed.status[feed.name].message:
        feed.publisher.publish(spoil(feed.message(), "encoding"))
        assert time.monotonic() < deadline, feed.status.get(feed.name)
        time.sleep(0.02)
    status = feed.status[feed.name]
    assert status.level == b"\x02" and "'nv12' is not supported" in status.message
    while "pictures of the last second dropped" not in feed.status[feed.name].message:
        feed.publisher.publish(spoil(feed.message(), "encoding"))
        feed.good()
        assert time.monotonic() < deadline, feed.status.get(feed.name)
    feed.wait_for(
        lambda: feed.good() and feed.status[feed.name].message.startswith("watching"), "good pictures"
    )


def test_fault_69_the_diagnostic_array_keeps_its_length(
    spoil: Callable[[Image, str], Image], feed: Any
) -> None:
    keys = list(feed.values())
    feed.publisher.publish(spoil(feed.message(), "step"))
    feed.good()
    assert list(feed.values()) == keys


def test_faults_17_and_18_compressed_pictures(
    make_feed: Any, start: Callable[..., Any], probe: Any, photo: np.ndarray, wait_for: Callable[..., Any]
) -> None:
    node = start("face_tracker", "-p", "compressed:=true", "-p", "reliability:=reliable", namespace="/jpeg")
    node.wait_line("active")
    feed = make_feed(probe, "/jpeg", photo, compressed=True)
    feed.good()
    cut, garbage = feed.message(), feed.message()
    cut.data = cut.data[: len(cut.data) // 2]
    garbage.data = b"this is no picture"
    answered = len(feed.faces)
    feed.publisher.publish(cut)
    feed.publisher.publish(garbage)
    assert len(feed.good().faces) == 1 and len(feed.faces) == answered + 1
    wait_for(lambda: feed.values()["dropped_compressed"] == "2", "two drops")
