"""Annotated images: drawn at the set rate, and only while there are subscribers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import rclpy
from rclpy.executors import SingleThreadedExecutor
from sensor_msgs.msg import Image

from mer_interfaces.msg import Emotion
from mer_ros.graph import topic_names
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.qos import QOS, reliable
from mer_ros.nodes.face_tracker.annotated import AnnotatedOutput
from mer_ros.types import Face
from mer_ros.visualisation.annotation import Annotator

START_NS = 10**18
IMAGE = np.zeros((240, 320, 3), np.uint8)
MESH = np.zeros((468, 3), np.float32)
LEFT = Face("f1", (20, 60, 120, 80), 0.9, MESH, 0, 0, 0, 40.0)
RIGHT = Face("f2", (180, 60, 120, 80), 0.9, MESH, 0, 0, 0, 40.0)


def test_images_are_drawn_on_demand_and_at_most_at_the_set_rate(
    feed: Any, module_probe: Any, wait_for: Callable[..., Any]
) -> None:
    received = module_probe.subscribe(Image, "/mer/annotated", reliable(50))
    wait_for(lambda: module_probe.node.count_publishers("/mer/annotated"), "the annotated topic")

    def sent_and_received() -> bool:
        feed.send()
        return bool(received)

    wait_for(sent_and_received, "an annotated image")
    first = len(received)
    for _ in range(50):  # 1 s of stream time at 50 Hz
        feed.send()
    wait_for(lambda: len(received) >= first + 8, "ten images per second")
    assert len(received) <= first + 11
    assert convert.from_image(received[-1]).shape == (480, 640, 3)


def test_another_rate_of_annotated_images_takes_effect_at_once(
    feed: Any, module_probe: Any, wait_for: Callable[..., Any]
) -> None:
    received = module_probe.subscribe(Image, "/mer/annotated", reliable(50))
    wait_for(lambda: feed.send() and received, "an annotated image")
    for rate_hz, least, most in ((50.0, 35, 60), (1.0, 0, 2), (10.0, 8, 12)):
        assert module_probe.set_parameter("/mer/face_tracker", "annotated_hz", rate_hz).successful
        feed.send()
        before = len(received)
        for _ in range(50):  # 1 s of stream time at 50 Hz
            feed.send()
        wait_for(lambda n=before + least: len(received) >= n, f"{least} images in a second")
        assert len(received) <= before + most


class Viewer:
    """A node that subscribes to the annotated images and publishes labels."""

    def __init__(self) -> None:
        self.node = rclpy.create_node("viewer")
        self.images: list[np.ndarray] = []
        self._labels = self.node.create_publisher(Emotion, topic_names.EMOTION, QOS[topic_names.EMOTION])
        self._subscription: Any = None

    def subscribe(self) -> None:
        """Subscribe to the annotated images."""
        self._subscription = self.node.create_subscription(
            Image, topic_names.ANNOTATED, lambda m: self.images.append(convert.from_image(m)), 5
        )

    def unsubscribe(self) -> None:
        """Unsubscribe from the annotated images."""
        self.node.destroy_subscription(self._subscription)

    @property
    def n_label_subscribers(self) -> int:
        """Number of subscribers of its labels."""
        return int(self._labels.get_subscription_count())

    def publish_label(self, source: str, face_id: str, label: str) -> None:
        """Publish the label of a face of a camera."""
        header = convert.to_header(START_NS, "cam")
        self._labels.publish(
            Emotion(header=header, source=source, face_id=face_id, kind=1, apex=header.stamp, label=label)
        )


@pytest.fixture
def carrier(make_node: Callable[..., Any]) -> Any:
    """A node that carries the output."""
    return make_node("face_tracker")


@pytest.fixture
def output(carrier: Any) -> Iterator[AnnotatedOutput]:
    """Annotated images of the camera /cam at 10 Hz, of an active node."""
    carrier.trigger_configure()
    output = AnnotatedOutput(carrier, "/cam", 10.0, 0.002)
    carrier.trigger_activate()
    yield output
    output.close()


@pytest.fixture
def viewer() -> Iterator[Viewer]:
    viewer = Viewer()
    yield viewer
    viewer.node.destroy_node()


@pytest.fixture
def spin(carrier: Any, viewer: Viewer) -> Iterator[Callable[[], None]]:
    """``spin()``: process one callback of the two nodes, if there is one."""
    executor = SingleThreadedExecutor()
    for node in (carrier, viewer.node):
        executor.add_node(node)
    yield lambda: executor.spin_once(timeout_sec=0.01)
    executor.shutdown()


def test_labels_are_subscribed_only_while_images_have_subscribers(
    output: AnnotatedOutput, viewer: Viewer, wait_for: Callable[..., Any]
) -> None:
    def n_label_subscribers() -> int:
        output.subscribe_on_demand()
        return viewer.n_label_subscribers

    assert n_label_subscribers() == 0
    viewer.subscribe()
    wait_for(lambda: n_label_subscribers() == 1, "the subscription to labels")
    viewer.unsubscribe()
    wait_for(lambda: n_label_subscribers() == 0, "the end of the subscription")


def test_a_label_is_drawn_at_its_face_on_images_of_its_camera(
    output: AnnotatedOutput, viewer: Viewer, spin: Callable[[], None], wait_for: Callable[..., Any]
) -> None:
    stamps = itertools.cycle((START_NS, START_NS + 100_000_000))  # each is due: 10 Hz, or back

    def latest_image() -> np.ndarray:
        output.add_frame(IMAGE, next(stamps), "cam", [LEFT, RIGHT])
        output.subscribe_on_demand()
        spin()
        return viewer.images[-1] if viewer.images else IMAGE

    viewer.subscribe()
    wait_for(lambda: latest_image().any() and viewer.n_label_subscribers, "an image and a label subscriber")
    assert not label_of(latest_image(), LEFT).any()
    viewer.publish_label("/cam", "f1", "happiness")
    wait_for(lambda: label_of(latest_image(), LEFT).any(), "the label of the left face")
    happiness = label_of(latest_image(), LEFT)
    viewer.publish_label("/elsewhere", "f1", "disgust")
    viewer.publish_label("/cam", "f2", "surprise")  # messages arrive in order
    wait_for(lambda: label_of(latest_image(), RIGHT).any(), "the label of the right face")
    assert np.array_equal(label_of(latest_image(), LEFT), happiness), "a label of another camera is drawn"


def test_nothing_is_drawn_without_subscribers(
    output: AnnotatedOutput, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Annotator, "draw", lambda *_: pytest.fail("an image was drawn"))
    output.add_frame(IMAGE, START_NS, "cam", [LEFT])


def label_of(image: np.ndarray, face: Face) -> np.ndarray:
    """The part of an annotated image that holds the label of a face: below its box, above its trace."""
    x, y, width, height = face.roi_xywh
    return image[y + height + 4 : y + height + 20, x : x + width]
