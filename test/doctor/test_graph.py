from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mer_ros.doctor.finding import Word
from mer_ros.doctor.graph import (
    check_camera,
    check_cameras,
    check_interfaces,
    check_ros,
)
from mer_ros.doctor.trial import Trial
from mer_ros.graph.probe_report import CameraTopic, GraphReport, Publisher

DRIVER = Publisher("/camera/driver", "best_effort")
CAMERA = CameraTopic("/camera/image_raw", "sensor_msgs/Image", (DRIVER,), 400, 0, 200.0)
RMW, PROFILE = "rmw_fastrtps_cpp", Path("share/mer_ros/config/fastdds.xml")
GRAPH = GraphReport(RMW, 7, "", (CAMERA,))


def test_ros_from_wheels_installed_or_missing():
    works = Trial(True, "")
    wheels = check_ros({"ROS_DISTRO": "humble"}, "7.1.6", works, GRAPH)
    assert (wheels.word, wheels.found) == (
        Word.OK,
        "Jazzy from wheels (rclpy 7.1.6), rmw_fastrtps_cpp, ROS_DOMAIN_ID 7",
    )
    assert check_ros({"ROS_DISTRO": "kilted"}, None, works, GRAPH).found.startswith("kilted, installed")
    missing = check_ros({}, None, Trial(False, "No module named 'rclpy'"), None)
    assert missing.word is Word.FIX
    assert "No module named 'rclpy'" in missing.found
    assert "setup.bash" in missing.do


def test_interfaces():
    assert check_interfaces(GRAPH).word is Word.OK
    finding = check_interfaces(replace(GRAPH, interfaces="No module named 'mer_interfaces'"))
    assert finding.word is Word.FIX
    assert "mer_interfaces" in finding.found


@pytest.mark.parametrize(
    ("change", "word", "says"),
    [
        ({}, Word.OK, "sensor_msgs/Image from /camera/driver (best effort), 200.0 frames/s"),
        ({"rate_hz": 62.0}, Word.OK, "62.0 frames/s"),
        ({"rate_hz": 30.0}, Word.NOTE, "30.0 frames/s"),
        ({"frames": 0, "rate_hz": 0.0}, Word.FIX, "0 frames came"),
        ({"lost": 8}, Word.OK, "200.0 frames/s"),
        ({"frames": 352, "lost": 48}, Word.FIX, "48 of 400 frames were lost in transport"),
        ({"rate_hz": 30.0, "lost": 48}, Word.FIX, "48 of 448 frames were lost in transport"),
        (
            {"publishers": (DRIVER, Publisher("/other", "reliable"))},
            Word.FIX,
            "from /camera/driver (best effort) and /other (reliable), 200.0 frames/s arrive, mixed from 2",
        ),
    ],
)
def test_a_camera_is_judged_by_what_arrives(change, word, says):
    finding = check_camera(replace(CAMERA, **change), RMW, PROFILE)
    assert finding.word is word
    assert says in finding.found


def test_a_slow_camera_says_what_it_cannot_see():
    assert "shorter than 133 ms" in check_camera(replace(CAMERA, rate_hz=30.0), RMW, PROFILE).do


@pytest.mark.parametrize(
    ("reliability", "rmw", "says"),
    [
        ("best_effort", RMW, f"Start /camera/driver with FASTRTPS_DEFAULT_PROFILES_FILE={PROFILE} in its"),
        ("best_effort", RMW, "reliable QoS at the publisher and the tracker"),
        ("reliable", RMW, "the tracker's parameter reliability set to reliable"),
        ("best_effort", "rmw_zenoh_cpp", "Try compressed or mono8 pictures or reliable QoS"),
    ],
)
def test_lost_frames_name_the_publisher_and_the_ways_out(reliability, rmw, says):
    camera = replace(CAMERA, publishers=(Publisher("/camera/driver", reliability),), lost=100)
    assert says in check_camera(camera, rmw, PROFILE).do


def test_no_camera_is_noted_with_the_domain():
    (finding,) = check_cameras(replace(GRAPH, cameras=()), PROFILE)
    assert finding.word is Word.NOTE
    assert "ROS_DOMAIN_ID 7" in finding.found
