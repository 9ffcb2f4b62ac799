from __future__ import annotations

from lock import constraint_lines, direct_names


def test_one_line_where_every_python_agrees_and_one_each_where_not():
    resolved = {
        "3.10": {"jax": "0.6.2", "six": "1.17.0", "torch": "2.13.0"},
        "3.11": {"jax": "0.7.1", "torch": "2.13.0"},
        "3.12": {"jax": "0.7.1", "torch": "2.13.0", "triton": "3.7.1"},
    }
    assert constraint_lines(resolved, {"torch"}) == [
        'jax==0.6.2; python_version == "3.10"',
        'jax==0.7.1; python_version == "3.11"',
        'jax==0.7.1; python_version == "3.12"',
        "six==1.17.0",
        "triton==3.7.1",
    ]


def test_names_are_read_from_the_requirement_files():
    assert {"numpy", "ros-rclpy", "catkin-pkg", "mediapipe"} <= direct_names()
