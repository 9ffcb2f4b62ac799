"""Look at the ROS graph for `mer doctor` and print what is there as one line of JSON.

A program of its own (`python -m mer_ros.nodes.graph_probe`), so that a broken ROS ends this process and not
the doctor.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict
from functools import partial

import rclpy
from rclpy.node import Node
from rclpy.qos import QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import CompressedImage, Image

from mer_ros.doctor.graph import Camera, Graph

TYPES = {"sensor_msgs/msg/Image": Image, "sensor_msgs/msg/CompressedImage": CompressedImage}
OWN_NODES = {"face_tracker", "classifier", "explainer"}
DISCOVERY_S = 1.0


def interfaces_problem() -> str:
    """Why mer_interfaces cannot be imported, or nothing."""
    try:
        import mer_interfaces.msg  # noqa: F401  the import is the check
    except ImportError as error:
        return str(error)
    return ""


def spin_for(node: Node, duration_s: float) -> None:
    """Serve callbacks for a while."""
    end_s = time.monotonic() + duration_s
    while (left_s := end_s - time.monotonic()) > 0:
        rclpy.spin_once(node, timeout_sec=left_s)


def camera_topics(node: Node) -> list[tuple[str, str, int, str]]:
    """(topic, type, publishers, reliability) of every picture that a node other than ours publishes."""
    found = []
    for topic, types in sorted(node.get_topic_names_and_types()):
        for type_name in set(types) & set(TYPES):
            publishers = [p for p in node.get_publishers_info_by_topic(topic) if p.node_name not in OWN_NODES]
            if publishers:
                reliability = publishers[0].qos_profile.reliability.name.lower()
                found.append((topic, type_name, len(publishers), reliability))
    return found


def measure(node: Node, listen_s: float) -> tuple[Camera, ...]:
    """Listen to every camera at once. Frames are counted unread, so that counting is cheap."""
    topics = camera_topics(node)
    arrivals_s: list[list[float]] = [[] for _ in topics]
    qos = QoSProfile(depth=40, reliability=ReliabilityPolicy.BEST_EFFORT)  # matches every publisher

    def count(times: list[float], _message: bytes) -> None:
        times.append(time.monotonic())

    for (topic, type_name, _, _), times in zip(topics, arrivals_s):
        node.create_subscription(TYPES[type_name], topic, partial(count, times), qos, raw=True)
    if topics:
        spin_for(node, listen_s)
    cameras = []
    for (topic, type_name, publishers, reliability), times in zip(topics, arrivals_s):
        span_s = times[-1] - times[0] if len(times) > 1 else 0.0
        rate_hz = (len(times) - 1) / span_s if span_s > 0 else 0.0
        short_type = type_name.replace("/msg/", "/")
        cameras.append(Camera(topic, short_type, publishers, reliability, len(times), rate_hz))
    return tuple(cameras)


def main() -> None:
    """Print the graph as JSON and exit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listen-s", type=float, default=2.0, help="how long to count frames, s")
    arguments = parser.parse_args()
    rclpy.init(args=[])
    node = rclpy.create_node("mer_doctor")
    try:
        spin_for(node, DISCOVERY_S)
        graph = Graph(
            rmw=rclpy.get_rmw_implementation_identifier(),
            domain_id=node.context.get_domain_id(),
            interfaces=interfaces_problem(),
            cameras=measure(node, arguments.listen_s),
        )
    finally:
        node.destroy_node()
        rclpy.shutdown()
    sys.stdout.write(json.dumps(asdict(graph)) + "\n")


if __name__ == "__main__":
    main()
