"""A tracker with pictures to look at."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np
import pytest
from sensor_msgs.msg import CompressedImage, Image

from mer_interfaces.msg import FaceArray
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.qos import image_qos, reliable

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
        self.publisher = probe.publisher(self.kind, topic, image_qos("reliable"))
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


@pytest.fixture(scope="session")
def make_feed() -> type[Feed]:
    """``make_feed(probe, namespace, photo)``: pictures for a tracker, and what it says of them."""
    return Feed


@pytest.fixture(scope="session")
def spoil() -> Callable[[Image, str], Image]:
    """``spoil(message, how)``: the message, unfit for the reason it is counted by."""
    return _spoil


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
