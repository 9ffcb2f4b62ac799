"""The face tracker over DDS: bad frames, then a good one; stamps; switches; silence."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np
import pytest
from sensor_msgs.msg import CompressedImage, Image
from std_srvs.srv import SetBool

from mer_interfaces.msg import FaceArray
from mer_ros.nodes import convert
from mer_ros.nodes.topics import camera, reliable

STEP = 20_000_000


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    """(480, 640, 3) uint8 BGR with one face."""
    from skimage.data import astronaut

    picture = np.zeros((480, 640, 3), np.uint8)
    picture[:, :480] = cv2.resize(cv2.cvtColor(astronaut(), cv2.COLOR_RGB2BGR)[:320, 60:380], (480, 480))
    return picture


class Feed:
    """Sends pictures to a tracker of its own and waits for what comes of them."""

    def __init__(self, probe: Any, namespace: str, photo: np.ndarray, compressed: bool = False) -> None:
        self.wait_for = probe.wait_for
        self.kind = CompressedImage if compressed else Image
        topic = f"{namespace}/image{'/compressed' if compressed else ''}"
        self.photo = photo
        self.faces = probe.listen(FaceArray, f"{namespace}/faces", reliable(10))
        self.status = probe.diagnostics()
        self.name = f"{namespace.strip('/')}/face_tracker"
        self.publisher = probe.publisher(self.kind, topic, camera("reliable"))
        self.stamp = time.time_ns()

    def message(self, stamp: int | None = None, frame_id: str = "cam") -> Any:
        self.stamp = self.stamp + STEP if stamp is None else stamp
        header = convert.to_header(self.stamp, frame_id)
        if self.kind is Image:
            return convert.to_image(self.photo, header)
        message = CompressedImage(header=header, format="jpeg")
        message.data = cv2.imencode(".jpg", self.photo)[1].tobytes()
        return message

    def good(self, **options: Any) -> FaceArray:
        """Send a good frame; what the tracker says of it."""
        before = len(self.faces)
        sent = self.message(**options)
        self.publisher.publish(sent)
        self.wait_for(lambda: len(self.faces) > before, "the faces of a good frame")
        assert self.faces[-1].header == sent.header
        return self.faces[-1]

    def values(self) -> dict[str, str]:
        """Values of the next diagnostics."""
        old = self.status.get(self.name)
        self.wait_for(lambda: self.status.get(self.name) is not old, "diagnostics")
        return {v.key: v.value for v in self.status[self.name].values}

    def level(self, level: bytes, words: str) -> str:
        """Wait for a level with words in its message."""
        self.wait_for(
            lambda: (
                self.name in self.status
                and self.status[self.name].level == level
                and words in self.status[self.name].message
            ),
            f"level {level!r} with {words!r}; it is {self.status.get(self.name)}",
        )
        return str(self.status[self.name].message)


@pytest.fixture(scope="module")
def tracker(start_once: Callable[..., Any]) -> Iterator[Any]:
    node = start_once("face_tracker", "-p", "reliability:=reliable", "-p", "annotated_hz:=10.0")
    node.wait_line("active")
    yield node
    assert node.end() == 0
    assert "Traceback" not in node.text


@pytest.fixture(scope="module")
def feed(tracker: Any, module_probe: Any, photo: np.ndarray) -> Feed:
    return Feed(module_probe, "/mer", photo)


def _spoil(message: Image, how: str) -> Image:
    if how == "encoding":
        message.encoding = "nv12"
    elif how == "size":
        message.height = 0
    elif how == "short_data":
        message.data = message.data[:-1]
    elif how == "step":
        message.step = 7
    elif how == "too_large":
        message.height = message.width = 1 << 20
        message.step = 3 << 20
    elif how == "zero_stamp":
        message.header.stamp.sec = message.header.stamp.nanosec = 0
    elif how == "far_future":
        message.header.stamp.sec += 86_400
    return message


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
    how: str, feed: Feed, wait_for: Callable[..., Any]
) -> None:
    feed.good()
    counted = int(feed.values()[f"dropped_{how}"])
    answered = len(feed.faces)
    feed.publisher.publish(_spoil(feed.message(), how))
    feed.good()
    assert len(feed.faces) == answered + 1
    wait_for(lambda: int(feed.values()[f"dropped_{how}"]) == counted + 1, f"a count of {how}")


def test_fault_06_longer_data_is_used_and_counted(feed: Feed) -> None:
    feed.good()
    counted, answered = int(feed.values()["longer_than_told"]), len(feed.faces)
    message = feed.message()
    message.data = message.data.tobytes() + b"more"
    feed.publisher.publish(message)
    feed.wait_for(lambda: len(feed.faces) > answered, "the faces of the longer frame")
    feed.wait_for(lambda: int(feed.values()["longer_than_told"]) == counted + 1, "its count")


def test_fault_21_a_repeated_stamp_is_dropped(feed: Feed) -> None:
    feed.good()
    answered = len(feed.faces)
    feed.publisher.publish(feed.message(stamp=feed.stamp))
    feed.good()
    assert len(feed.faces) == answered + 1


def test_fault_22_time_that_goes_back_starts_anew_and_goes_on(feed: Feed, tracker: Any) -> None:
    feed.good()
    feed.good(stamp=feed.stamp - 60_000_000_000)
    assert feed.good().faces
    tracker.wait_line("time went back")


def test_one_face_is_found_where_it_is(feed: Feed) -> None:
    feed.good()
    seen = feed.good()
    assert len(seen.faces) == 1 and seen.source == "/mer/image"
    roi = seen.faces[0].roi
    assert roi.x_offset + roi.width <= 640 and roi.y_offset + roi.height <= 480
    assert 60 < seen.faces[0].interocular_px < 200 and len(seen.faces[0].landmarks) == 0


@pytest.mark.parametrize("grey", [0, 255], ids=["fault_13_black", "fault_13_white"])
def test_fault_34_without_a_face_an_empty_list_is_published(grey: int, feed: Feed, photo: np.ndarray) -> None:
    feed.photo = np.full((240, 320, 3), grey, np.uint8)
    feed.good()
    assert list(feed.good().faces) == []
    feed.photo = photo
    feed.good()


def test_fault_15_a_new_size_is_told_once_and_the_face_is_found_again(
    feed: Feed, tracker: Any, photo: np.ndarray
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


def test_fault_16_a_second_camera_on_the_topic_is_an_error_and_the_first_goes_on(feed: Feed) -> None:
    feed.good()
    answered = len(feed.faces)
    feed.publisher.publish(feed.message(frame_id="other"))
    feed.good()
    assert len(feed.faces) == answered + 1
    assert "'other'" in feed.level(b"\x02", "second camera")


def test_the_switch_stops_all_processing_at_once_and_back(
    feed: Feed, module_probe: Any, wait_for: Callable[..., Any]
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
    feed: Feed, module_probe: Any, wait_for: Callable[..., Any]
) -> None:
    def switch(on: bool) -> None:
        assert module_probe.call(SetBool, "/mer/face_tracker/enable", SetBool.Request(data=on)).success

    switch(False)
    assert module_probe.transition("/mer/face_tracker", "deactivate")
    assert module_probe.transition("/mer/face_tracker", "activate")
    assert feed.publisher.get_subscription_count() == 0
    switch(True)
    wait_for(lambda: feed.publisher.get_subscription_count() == 1, "the tracker's return")
    assert feed.good() is not None


def test_a_camera_whose_every_picture_is_refused_is_an_error_that_says_why(feed: Feed) -> None:
    feed.good()
    deadline = time.monotonic() + 20
    while feed.name not in feed.status or "every picture" not in feed.status[feed.name].message:
        feed.publisher.publish(_spoil(feed.message(), "encoding"))
        assert time.monotonic() < deadline, feed.status.get(feed.name)
        time.sleep(0.02)
    status = feed.status[feed.name]
    assert status.level == b"\x02" and "'nv12' is not supported" in status.message
    while "pictures of the last second dropped" not in feed.status[feed.name].message:
        feed.publisher.publish(_spoil(feed.message(), "encoding"))
        feed.good()
        assert time.monotonic() < deadline, feed.status.get(feed.name)
    feed.wait_for(lambda: feed.good() and feed.status[feed.name].message == "watching", "good pictures")


def test_annotated_pictures_are_made_only_for_who_looks_and_not_more_often_than_asked(
    feed: Feed, module_probe: Any, wait_for: Callable[..., Any]
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
    feed: Feed, tracker: Any, module_probe: Any, wait_for: Callable[..., Any]
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
    assert feed.good() is not None
    assert _resident_mb(tracker.process.pid) - before < 30


def _resident_mb(pid: int) -> float:
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def test_fault_30_unplugged_is_stale_and_back_is_ok_without_a_restart(feed: Feed) -> None:
    feed.good()
    feed.level(b"\x03", "no picture for")
    deadline = time.monotonic() + 20
    while feed.status[feed.name].level != b"\x00":
        feed.good()
        assert time.monotonic() < deadline
    assert feed.status[feed.name].message == "watching"


def test_fault_69_the_diagnostic_array_keeps_its_length(feed: Feed) -> None:
    keys = list(feed.values())
    feed.publisher.publish(_spoil(feed.message(), "step"))
    feed.good()
    assert list(feed.values()) == keys


def test_faults_29_and_31_silence_is_explained(
    start: Callable[..., Any], module_probe: Any, photo: np.ndarray
) -> None:
    publisher = module_probe.node.create_publisher(Image, "/quiet/image", camera("best_effort"))
    other = module_probe.node.create_publisher(Image, "/elsewhere/image_raw", camera())
    strict = start("face_tracker", "-p", "reliability:=reliable", namespace="/quiet")
    lost = start("face_tracker", namespace="/lost")
    line = strict.wait_line("offers less")
    assert "module_probe" in line and "/quiet/face_tracker" in line and "RELIABILITY" in line
    line = lost.wait_line("no picture ever came on /lost/image")
    assert "/elsewhere/image_raw (Image)" in line
    for made in (publisher, other):
        module_probe.node.destroy_publisher(made)


def test_faults_17_and_18_compressed_pictures(
    start: Callable[..., Any], probe: Any, photo: np.ndarray, wait_for: Callable[..., Any]
) -> None:
    node = start("face_tracker", "-p", "compressed:=true", "-p", "reliability:=reliable", namespace="/jpeg")
    node.wait_line("active")
    feed = Feed(probe, "/jpeg", photo, compressed=True)
    feed.good()
    cut, garbage = feed.message(), feed.message()
    cut.data = cut.data[: len(cut.data) // 2]
    garbage.data = b"this is no picture"
    answered = len(feed.faces)
    feed.publisher.publish(cut)
    feed.publisher.publish(garbage)
    assert len(feed.good().faces) == 1 and len(feed.faces) == answered + 1
    wait_for(lambda: feed.values()["dropped_compressed"] == "2", "two drops")
