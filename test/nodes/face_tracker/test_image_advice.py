"""What to do about lost or missing images: only what fits the camera, and what is not done already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import rclpy
from sensor_msgs.msg import CompressedImage, Image

from mer_ros.graph.transport_profile import PROFILE_VARIABLES, shipped_profile
from mer_ros.nodes.base.qos import image_qos
from mer_ros.nodes.face_tracker.image_advice import ImageAdvice

TOPIC = "/advised/image"


@pytest.fixture
def driver(node: Any, wait_for: Callable[..., Any]) -> Iterator[Callable[..., None]]:
    """``driver(kind, reliability, name)``: a camera driver that publishes TOPIC and sends nothing."""
    drivers: list[Any] = []

    def make(kind: type = Image, reliability: str = "best_effort", name: str = "driver") -> None:
        drivers.append(rclpy.create_node(name, namespace="/front"))
        drivers[-1].create_publisher(kind, TOPIC, image_qos(reliability))
        wait_for(lambda: len(node.get_publishers_info_by_topic(TOPIC)) == len(drivers), "the driver")

    yield make
    for one in drivers:
        one.destroy_node()


def advice(node: Any, encoding: str = "bgr8", compressed: bool = False) -> ImageAdvice:
    made = ImageAdvice(node, TOPIC, image_qos(), compressed)
    made.encoding = encoding
    return made


@pytest.mark.parametrize(
    ("encoding", "compressed", "words"),
    [
        ("bgr8", False, "or send compressed or mono8 images."),
        ("", False, "or send compressed or mono8 images."),
        ("mono8", False, "or send compressed images."),
        ("bayer_rggb8", False, "or send compressed images."),
        ("", True, "or lower the frame rate or the size of the images."),
    ],
)
def test_fault_96_the_remedy_for_losses_is_not_what_the_camera_does_already(
    encoding: str, compressed: bool, words: str, node: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in PROFILE_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    found = advice(node, encoding, compressed).against_loss()
    assert found.startswith("start the camera and /face_tracker with config/fastdds.xml") and words in found
    assert ("mono8" in found) == (words.endswith("mono8 images."))


def test_large_images_need_a_larger_profile(
    node: Any, driver: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PROFILE_VARIABLES[0], str(shipped_profile()))
    driver()
    found = advice(node)
    for size, name in ((640 * 480 * 3, "fastdds.xml"), (1920 * 1080 * 3, "fastdds_large.xml")):
        found.image_bytes = size
        assert found.against_loss().startswith(f"start /front/driver with config/{name} (")


def test_a_profile_is_advised_for_those_who_lack_it(
    node: Any, driver: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PROFILE_VARIABLES[0], str(shipped_profile()))
    driver()
    assert advice(node).against_loss().startswith("start /front/driver with config/fastdds.xml")
    monkeypatch.setenv("RMW_IMPLEMENTATION", "rmw_cyclonedds_cpp")
    assert advice(node).against_loss() == "send compressed or mono8 images."


def test_the_camera_node_of_this_package_can_neither_load_another_profile_nor_compress(
    node: Any, driver: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PROFILE_VARIABLES[0], str(shipped_profile()))
    driver(name="camera")
    made = advice(node)
    made.image_bytes = 3840 * 2160 * 3
    assert made.against_loss() == (
        "let the tracker open the camera (arguments camera and direct), or lower its frame rate (fps, or "
        "rate of a recording)."
    )
    driver()
    assert made.against_loss().startswith("start /front/driver with config/fastdds_large.xml (")


def test_a_reliable_publisher_can_be_received_reliably(node: Any, driver: Callable[..., None]) -> None:
    driver(reliability="reliable")
    assert "set the parameter reliability of the tracker to reliable" in advice(node).against_loss()
    strict = ImageAdvice(node, TOPIC, image_qos("reliable"), False)
    assert "reliability" not in strict.against_loss()


def test_fault_31_a_camera_that_publishes_but_sends_nothing_is_named_and_no_other_topic(
    node: Any, driver: Callable[..., None]
) -> None:
    driver()
    assert advice(node).against_silence() == (
        "/front/driver publishes there, but sends nothing: start its stream."
    )


@pytest.mark.parametrize(("kind", "compressed"), [(CompressedImage, False), (Image, True)])
def test_a_camera_of_the_other_type_is_named_with_the_parameter_to_change(
    kind: type, compressed: bool, node: Any, driver: Callable[..., None]
) -> None:
    driver(kind)
    found = advice(node, compressed=compressed).against_silence()
    assert found.startswith(f"/front/driver publishes {kind.__name__} there: set the parameter compressed")
    assert f"to {str(not compressed).lower()}" in found


def test_fault_31_the_other_topics_are_offered_and_never_the_own_one(
    node: Any, driver: Callable[..., None]
) -> None:
    driver()
    elsewhere = ImageAdvice(node, "/nowhere/image", image_qos(), False)
    found = elsewhere.against_silence()
    assert found.startswith("remap the tracker to one of ") and f"{TOPIC} (Image)" in found
    assert "/nowhere/image" not in found


def test_fault_31_a_publisher_without_a_node_name_is_unnamed(
    node: Any, driver: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DDS announces an endpoint before its node, and publishers that are no ROS 2 nodes have none."""
    driver()
    (info,) = node.get_publishers_info_by_topic(TOPIC)
    info.node_name, info.node_namespace = "_NODE_NAME_UNKNOWN_", "_NODE_NAMESPACE_UNKNOWN_"
    monkeypatch.setattr(node, "get_publishers_info_by_topic", lambda topic: [info])
    made = ImageAdvice(node, TOPIC, image_qos("reliable"), False)
    assert made.incompatibility().startswith(f"an unnamed publisher offers less on {TOPIC} than ")
    assert made.publishers == "an unnamed publisher"
