"""The ROS 2 installation."""

from __future__ import annotations

from collections.abc import Iterator

from mer_ros.doctor.check import Check
from mer_ros.doctor.facts import Facts
from mer_ros.doctor.finding import SET_UP, Finding, fix, note, ok
from mer_ros.graph.log_folder import VARIABLE

_WHEEL = "ros-rclpy"


def judge(facts: Facts) -> Iterator[Finding]:
    """Whether rclpy works, the distribution to which it belongs, and whether ROS can write its logs."""
    if facts.graph is None:
        remedy = f"Source /opt/ros/jazzy/setup.bash. Without an installed ROS: {SET_UP}"
        yield fix("ROS 2", f"rclpy does not work ({facts.probe.answer})", remedy)
        return
    wheel = facts.versions.get(_WHEEL)
    if wheel:
        found = f"Jazzy from wheels (rclpy {wheel})"
    else:
        found = f"{facts.env.get('ROS_DISTRO') or 'unknown distribution'}, installed"
    yield ok("ROS 2", f"{found}, {facts.graph.rmw}, ROS_DOMAIN_ID {facts.graph.domain_id}")
    if facts.log_problem:
        remedy = f"mer_ros uses a temporary folder. Set {VARIABLE} to a writable folder for other ROS nodes"
        yield note("ROS logs", facts.log_problem, remedy)


CHECK = Check(judge, packages=(_WHEEL,), reads_graph=True)
