"""A tracker process, and a camera that sends it one image at a time."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np
import pytest
from sensor_msgs.msg import CompressedImage, Image

from mer_interfaces.msg import FaceArray
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.qos import image_qos, reliable

STEP_NS = 20_000_000


@pytest.fixture(scope="session")
def photo() -> np.ndarray:
    """(480, 640, 3) uint8 BGR with one face."""
    from skimage.data import astronaut

    image = np.zeros((480, 640, 3), np.uint8)
    image[:, :480] = cv2.resize(cv2.cvtColor(astronaut(), cv2.COLOR_RGB2BGR)[:320, 60:380], (480, 480))
    return image


class Feed:
    """A camera of 50 Hz for one tracker, and the messages of this tracker.

    photo: the image to send. faces: received FaceArrays. corrupted: number of corrupt images sent, by reason.
    """

    def __init__(self, probe: Any, namespace: str, photo: np.ndarray, compressed: bool = False) -> None:
        self.wait_for = probe.wait_for
        self.kind = CompressedImage if compressed else Image
        topic = f"{namespace}/image{'/compressed' if compressed else ''}"
        self.photo = photo
        self.faces = probe.subscribe(FaceArray, f"{namespace}/faces", reliable(10))
        self.status = probe.diagnostics()
        self.name = f"{namespace.strip('/')}/face_tracker"
        self.publisher = probe.publisher(self.kind, topic, image_qos("reliable"))
        probe.wait_until_discovered(f"{namespace}/face_tracker")  # else the first image may be lost
        self.stamp = time.time_ns()
        self.corrupted: Counter[str] = Counter()

    def message(self, stamp: int | None = None, frame_id: str = "cam") -> Any:
        """A valid message with the next stamp."""
        self.stamp = self.stamp + STEP_NS if stamp is None else stamp
        header = convert.to_header(self.stamp, frame_id)
        if self.kind is Image:
            return convert.to_image(self.photo, header)
        message = CompressedImage(header=header, format="jpeg")
        message.data = cv2.imencode(".jpg", self.photo)[1].tobytes()
        return message

    def send(self, **options: Any) -> FaceArray:
        """Send a valid image; returns the faces that the tracker publishes for it."""
        before = len(self.faces)
        sent = self.message(**options)
        self.publisher.publish(sent)
        try:
            self.wait_for(lambda: len(self.faces) > before, "the faces of a valid image")
        except AssertionError as error:
            raise AssertionError(f"{error}\nthe tracker counted {self.values()}") from error
        assert self.faces[-1].header == sent.header
        return self.faces[-1]

    def send_corrupt(self, reason: str) -> None:
        """Send an image that the tracker must drop for this reason."""
        self.publisher.publish(_corrupt(self.message(), reason))
        self.corrupted[reason] += 1

    def values(self) -> dict[str, str]:
        """Values of the latest diagnostics, empty before the first."""
        status = self.status.get(self.name)
        return {v.key: v.value for v in status.values} if status else {}

    def wait_value(self, key: str, value: object) -> None:
        """Wait for a value in the diagnostics."""
        self.wait_for(lambda: self.values().get(key) == str(value), f"{key} {value} in the diagnostics")

    def wait_level(self, level: bytes, words: str, meanwhile: Callable[[], object] = lambda: None) -> str:
        """Wait for a level with words in its message, and call ``meanwhile`` repeatedly; the message."""

        def reached() -> bool:
            meanwhile()
            status = self.status.get(self.name)
            return status is not None and status.level == level and words in status.message

        self.wait_for(reached, f"level {level!r} with {words!r}")
        return str(self.status[self.name].message)


@pytest.fixture(scope="session")
def make_feed() -> type[Feed]:
    """``make_feed(probe, namespace, photo)``: a camera for the tracker in a namespace."""
    return Feed


@pytest.fixture(scope="module")
def tracker(start_once: Callable[..., Any]) -> Iterator[Any]:
    """A tracker process in the namespace /mer; it must end with exit code 0 and without a traceback."""
    node = start_once("face_tracker", "-p", "reliability:=reliable", "-p", "annotated_hz:=10.0")
    node.wait_line("active")
    yield node
    assert node.end() == 0
    assert "Traceback" not in node.text


@pytest.fixture(scope="module")
def module_feed(tracker: Any, module_probe: Any, photo: np.ndarray) -> Feed:
    return Feed(module_probe, "/mer", photo)


@pytest.fixture
def feed(module_feed: Feed, photo: np.ndarray) -> Feed:
    """The camera of ``tracker``, which shows the photo."""
    module_feed.photo = photo
    return module_feed


@pytest.fixture
def node() -> Iterator[Any]:
    """A tracker node in the test process, not configured."""
    from mer_ros.nodes.face_tracker.node import FaceTrackerNode

    node = FaceTrackerNode()
    yield node
    node.end()
    node.destroy_node()


def _corrupt(message: Image, reason: str) -> Image:
    if reason == "encoding":
        message.encoding = "nv24"
    elif reason == "size":
        message.height = 0
    elif reason == "short_data":
        message.data = message.data[:-1]
    elif reason == "step":
        message.step = 7
    elif reason == "too_large":
        message.height = message.width = 1 << 20
        message.step = 3 << 20
    elif reason == "zero_stamp":
        message.header.stamp.sec = message.header.stamp.nanosec = 0
    elif reason == "far_future":
        message.header.stamp.sec += 86_400
    return message
