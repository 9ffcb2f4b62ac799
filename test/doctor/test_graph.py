from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from mer_ros.doctor.finding import Word
from mer_ros.doctor.graph import Camera, Graph, check_camera, check_cameras, check_interfaces, check_ros
from mer_ros.doctor.trial import Trial

CAMERA = Camera("/camera/image_raw", "sensor_msgs/Image", 1, "best_effort", 400, 200.0)
GRAPH = Graph("rmw_fastrtps_cpp", 7, "", (CAMERA,))


def test_a_graph_survives_the_way_through_json():
    assert Graph.from_json(json.dumps(asdict(GRAPH))) == GRAPH


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
        ({}, Word.OK, "best effort, 200.0 frames/s"),
        ({"rate_hz": 62.0}, Word.OK, "62.0 frames/s"),
        ({"rate_hz": 30.0}, Word.NOTE, "30.0 frames/s"),
        ({"frames": 0, "rate_hz": 0.0}, Word.FIX, "0 frames came"),
        ({"publishers": 2}, Word.FIX, "mixed from 2 cameras"),
    ],
)
def test_a_camera_is_judged_by_what_arrives(change, word, says):
    finding = check_camera(replace(CAMERA, **change))
    assert finding.word is word
    assert says in finding.found


def test_a_slow_camera_says_what_it_cannot_see():
    assert "shorter than 133 ms" in check_camera(replace(CAMERA, rate_hz=30.0)).do


def test_no_camera_is_noted_with_the_domain():
    (finding,) = check_cameras(replace(GRAPH, cameras=()))
    assert finding.word is Word.NOTE
    assert "ROS_DOMAIN_ID 7" in finding.found
