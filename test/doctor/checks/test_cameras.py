from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mer_ros.doctor.checks.cameras import CHECK, check_camera
from mer_ros.doctor.finding import Status
from mer_ros.graph.probe_report import CameraTopic, Publisher

DRIVER = Publisher("/camera/driver", "best_effort")
CAMERA = CameraTopic("/camera/image_raw", "sensor_msgs/Image", (DRIVER,), 400, 0, 200.0)
RMW, PROFILE = "rmw_fastrtps_cpp", Path("share/mer_ros/config/fastdds.xml")


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({}, Status.OK, "sensor_msgs/Image from /camera/driver (best effort), 200.0 frames/s"),
        ({"rate_hz": 62.0}, Status.OK, "62.0 frames/s"),
        ({"rate_hz": 30.0}, Status.NOTE, "30.0 frames/s"),
        ({"frames": 0, "rate_hz": 0.0}, Status.FIX, "0 frames arrived"),
        ({"frames": 1, "rate_hz": 0.0}, Status.FIX, "but 1 frame arrived"),
        ({"lost": 8}, Status.OK, "200.0 frames/s"),
        ({"frames": 352, "lost": 48}, Status.FIX, "lost in transport: 48 of 400 frames"),
        ({"rate_hz": 30.0, "lost": 48}, Status.FIX, "lost in transport: 48 of 448 frames"),
        (
            {"publishers": (DRIVER, Publisher("/other", "reliable"))},
            Status.FIX,
            "from /camera/driver (best effort) and /other (reliable), 200.0 frames/s arrive, mixed from 2",
        ),
    ],
)
def test_a_camera_is_judged_by_the_frames_that_arrive(change, status, says):
    finding = check_camera(replace(CAMERA, **change), RMW, PROFILE)
    assert finding.status is status
    assert says in finding.found


def test_a_slow_camera_states_the_shortest_event():
    assert "shorter than 133 ms" in check_camera(replace(CAMERA, rate_hz=30.0), RMW, PROFILE).remedy


@pytest.mark.parametrize(
    ("stamps_hz", "found", "remedy"),
    [
        (200.0, "34.6 frames/s arrive of a camera of 200 Hz according to its stamps", "Results will be late"),
        (50.0, "34.6 frames/s arrive of a camera of 50 Hz according", "shorter than 80 ms cannot"),
        (35.0, "34.6 frames/s arrive", "shorter than 114 ms cannot"),
        (0.0, "34.6 frames/s arrive", "shorter than 116 ms cannot"),
    ],
)
def test_the_shortest_event_follows_from_stamps_and_late_arrivals_are_named(stamps_hz, found, remedy):
    finding = check_camera(replace(CAMERA, rate_hz=34.6, stamps_hz=stamps_hz), RMW, PROFILE)
    assert finding.status is Status.NOTE
    assert found in finding.found and ("according" in finding.found) == ("according" in found)
    assert remedy in finding.remedy


START = f"Start /camera/driver with {PROFILE} (FASTRTPS_DEFAULT_PROFILES_FILE), or send"
LARGE = PROFILE.with_name("fastdds_large.xml")
OWN = "Let the tracker open the camera (arguments camera and direct), or lower its frame rate"


@pytest.mark.parametrize(
    ("change", "rmw", "says"),
    [
        ({}, RMW, f"{START} compressed or mono8 images"),
        ({"encoding": "mono8", "image_bytes": 640 * 480}, RMW, f"{START} compressed images"),
        ({"encoding": "bgr8", "image_bytes": 3840 * 2160 * 3}, RMW, f"Start /camera/driver with {LARGE} ("),
        (
            {"publishers": (Publisher("/camera/driver", "reliable"),)},
            RMW,
            "set the parameter reliability of the tracker to reliable, or send",
        ),
        ({}, "rmw_zenoh_cpp", "Send compressed or mono8 images"),
        ({"publishers": (Publisher("/mer/camera", "best_effort"),)}, RMW, OWN),
        ({"type": "sensor_msgs/CompressedImage"}, RMW, "or lower the frame rate or the size of the images"),
    ],
)
def test_fault_96_lost_frames_are_reported_with_the_remedies_that_the_camera_allows(change, rmw, says):
    remedy = check_camera(replace(CAMERA, lost=100, **change), rmw, PROFILE).remedy
    assert says in remedy
    assert ("mono8" in remedy) == ("or mono8" in says or "large" in says or "reliable" in says)


def test_each_camera_has_a_line(facts):
    cameras = (CAMERA, replace(CAMERA, topic="/other/image_raw"))
    findings = CHECK.judge(replace(facts, graph=replace(facts.graph, cameras=cameras)))
    assert [finding.subject for finding in findings] == [
        "camera /camera/image_raw",
        "camera /other/image_raw",
    ]


def test_no_camera_is_noted_with_the_domain(facts):
    (finding,) = CHECK.judge(replace(facts, graph=replace(facts.graph, cameras=())))
    assert finding.status is Status.NOTE
    assert "ROS_DOMAIN_ID 7" in finding.found
    assert "no camera was found" in finding.caveat
    assert list(CHECK.judge(replace(facts, graph=None))) == []
