"""Quality of service: each topic has one, and cameras of both reliabilities are received."""

from __future__ import annotations

import pytest
from rclpy.qos import (
    DurabilityPolicy,
    HistoryPolicy,
    QoSCompatibility,
    ReliabilityPolicy,
    qos_check_compatible,
)

from mer_ros.graph import topic_names
from mer_ros.nodes.base.qos import OFFERED, QOS, image_qos, offered_image_qos, reliable

IMAGES = {topic_names.IMAGE, topic_names.IMAGE_COMPRESSED}


def test_every_topic_but_the_camera_images_has_a_profile() -> None:
    assert set(QOS) == set(topic_names.TOPICS) - IMAGES


@pytest.mark.parametrize("topic", QOS)
def test_results_are_reliable_and_only_events_and_labels_reach_late_subscribers(topic: str) -> None:
    profile = QOS[topic]
    assert profile.reliability == ReliabilityPolicy.RELIABLE
    kept = topic in (topic_names.EVENTS, topic_names.EMOTION)
    assert profile.durability == (DurabilityPolicy.TRANSIENT_LOCAL if kept else DurabilityPolicy.VOLATILE)
    assert profile.history == HistoryPolicy.KEEP_LAST and profile.depth >= 5


def test_a_profile_is_a_new_one_for_each_caller() -> None:
    image_qos("best_effort")
    assert reliable(3).depth == 3 and reliable(3).reliability == ReliabilityPolicy.RELIABLE


@pytest.mark.parametrize(
    ("camera", "tracker", "compatible"),
    [
        ("best_effort", "best_effort", True),
        ("reliable", "best_effort", True),
        ("reliable", "reliable", True),
        ("best_effort", "reliable", False),
    ],
)
def test_fault_29_only_a_reliable_tracker_of_a_best_effort_camera_receives_nothing(
    camera: str, tracker: str, compatible: bool
) -> None:
    found, _ = qos_check_compatible(image_qos(camera), image_qos(tracker))
    assert (found != QoSCompatibility.ERROR) == compatible


def test_images_are_best_effort_and_200_ms_of_200_fps_deep_by_default() -> None:
    profile = image_qos()
    assert profile.reliability == ReliabilityPolicy.BEST_EFFORT and profile.depth == 40
    assert image_qos(depth=7).depth == 7


def test_events_and_labels_expire_at_their_publisher_only() -> None:
    """A subscriber with a lifespan would compare the clocks of two machines."""
    for topic, profile in OFFERED.items():
        kept = topic in (topic_names.EVENTS, topic_names.EMOTION)
        assert (profile.lifespan.nanoseconds == 60_000_000_000) == kept
        assert QOS[topic].lifespan.nanoseconds != 60_000_000_000
        found, reason = qos_check_compatible(profile, QOS[topic])
        assert found != QoSCompatibility.ERROR, reason
        found, reason = qos_check_compatible(profile, reliable(10))
        assert found != QoSCompatibility.ERROR, f"subscribers with the default profile: {reason}"


@pytest.mark.parametrize(("reliability", "depth"), [("best_effort", 4), ("reliable", 40)])
def test_a_camera_keeps_only_what_it_may_send_again(reliability, depth):
    profile = offered_image_qos(reliability)
    assert profile.depth == depth and profile.reliability == image_qos(reliability).reliability
    found, _ = qos_check_compatible(profile, image_qos(reliability))
    assert found != QoSCompatibility.ERROR
