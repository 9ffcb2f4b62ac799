from __future__ import annotations

from dataclasses import replace

from mer_ros.doctor.checks.ros import CHECK
from mer_ros.doctor.finding import Status
from mer_ros.doctor.trial import Trial


def test_ros_from_wheels_installed_or_missing(facts, with_versions):
    from_wheels = replace(with_versions({"ros-rclpy": "7.1.6"}), env={"ROS_DISTRO": "humble"})
    (wheels,) = CHECK.judge(from_wheels)
    assert (wheels.status, wheels.found) == (
        Status.OK,
        "Jazzy from wheels (rclpy 7.1.6), rmw_fastrtps_cpp, ROS_DOMAIN_ID 7",
    )
    (installed,) = CHECK.judge(replace(facts, env={"ROS_DISTRO": "kilted"}))
    assert installed.found.startswith("kilted, installed")
    (missing,) = CHECK.judge(replace(facts, graph=None, probe=Trial(False, "No module named 'rclpy'")))
    assert missing.status is Status.FIX
    assert "No module named 'rclpy'" in missing.found
    assert "setup.bash" in missing.remedy


def test_fault_89_a_log_folder_that_is_missing_is_a_note(facts):
    cause = "HOME is not set, so ~/.ros/log has no place"
    _, finding = CHECK.judge(replace(facts, log_problem=cause))
    assert (finding.status, finding.found) == (Status.NOTE, cause)
    assert "Set ROS_LOG_DIR" in finding.remedy
