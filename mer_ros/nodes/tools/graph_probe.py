"""Measures the running ROS graph for ``mer doctor`` and prints a ``GraphReport`` as one line of JSON.

It runs in a separate process (``python -m mer_ros.nodes.tools.graph_probe``), so that a crash of ROS does not
end the doctor.
"""

from __future__ import annotations

import argparse
import struct
import sys
import time
from functools import partial

import rclpy
from rclpy.node import Node
from rclpy.qos import QoSProfile, ReliabilityPolicy
from sensor_msgs.msg import CompressedImage, Image

from mer_ros.errors import BadFrame
from mer_ros.graph.catalogue import non_camera_nodes
from mer_ros.graph.probe_report import CameraTopic, GraphReport, Publisher
from mer_ros.nodes.base.initialisation import init_command
from mer_ros.stream.losses import count_lost_frames, rate_from_stamps
from mer_ros.stream.wire import read_compressed, read_image

TYPES = {"sensor_msgs/msg/Image": Image, "sensor_msgs/msg/CompressedImage": CompressedImage}
DISCOVERY_S, MOST_DISCOVERY_S = 1.0, 5.0


def interfaces_problem() -> str:
    """The error of importing mer_interfaces, empty if there is none."""
    try:
        import mer_interfaces.msg  # noqa: F401  the import is the check
    except ImportError as error:
        return str(error)
    return ""


def spin_for(node: Node, duration_s: float) -> None:
    """Process callbacks for a duration, seconds."""
    end_s = time.monotonic() + duration_s
    while (left_s := end_s - time.monotonic()) > 0:
        rclpy.spin_once(node, timeout_sec=left_s)


def discover(node: Node) -> None:
    """Process callbacks until discovery finds nothing new for a second, at most five seconds.

    While no camera is found, discovery may not have finished: then five seconds.
    """
    end_s = time.monotonic() + MOST_DISCOVERY_S
    known = None
    while time.monotonic() < end_s:
        spin_for(node, DISCOVERY_S)
        found = camera_topics(node)
        if found and found == known:
            return
        known = found


def stamp_ns(message: bytes) -> int:
    """Stamp of a serialised image, nanoseconds; header.stamp is the first field of both types.

    CDR (OMG formal/2002-06-51, 15.3): the second of the first four bytes is 1 for little-endian.
    """
    seconds, nanoseconds = struct.unpack_from("<iI" if message[1] & 1 else ">iI", message, 4)
    return seconds * 10**9 + nanoseconds


def content(kind: type, message: bytes) -> tuple[str, int]:
    """Encoding and size in bytes of a serialised image; empty and 0 if it cannot be read.

    kind: Image or CompressedImage, which has no encoding.
    """
    try:
        if kind is CompressedImage:
            return "", len(read_compressed(message).data)
        image = read_image(message)
    except BadFrame:
        return "", 0
    return image.encoding, len(image.data)


def camera_topics(node: Node) -> list[tuple[str, str, tuple[Publisher, ...]]]:
    """(topic, type, publishers) of every image topic that a node of another package publishes."""
    ours = non_camera_nodes()
    found = []
    for topic, types in sorted(node.get_topic_names_and_types()):
        infos = [i for i in node.get_publishers_info_by_topic(topic) if i.node_name not in ours]
        for type_name in sorted(set(types) & set(TYPES)):
            publishers = [
                Publisher(
                    f"{i.node_namespace.rstrip('/')}/{i.node_name}", i.qos_profile.reliability.name.lower()
                )
                for i in infos
                if i.topic_type == type_name
            ]
            if publishers:
                found.append((topic, type_name, tuple(sorted(publishers, key=str))))
    return found


def measure(node: Node, listen_s: float) -> tuple[CameraTopic, ...]:
    """Count the frames of all cameras at the same time, reading only their stamps, and the last frame.

    listen_s: duration, s.
    """
    topics = camera_topics(node)
    last = [b""] * len(topics)
    arrivals: list[list[tuple[float, int]]] = [[] for _ in topics]  # (when, s; stamp, ns)
    qos = QoSProfile(depth=40, reliability=ReliabilityPolicy.BEST_EFFORT)  # matches every publisher

    def count(i: int, message: bytes) -> None:
        arrivals[i].append((time.monotonic(), stamp_ns(message)))
        last[i] = message

    for i, (topic, type_name, _) in enumerate(topics):
        node.create_subscription(TYPES[type_name], topic, partial(count, i), qos, raw=True)
    if topics:
        spin_for(node, listen_s)
    cameras = []
    for (topic, type_name, publishers), frames, message in zip(topics, arrivals, last):
        span_s = frames[-1][0] - frames[0][0] if len(frames) > 1 else 0.0
        rate_hz = (len(frames) - 1) / span_s if span_s > 0 else 0.0
        stamps = [stamp for _, stamp in frames] if len(publishers) == 1 else []  # those of several are mixed
        lost, stamps_hz = count_lost_frames(stamps), rate_from_stamps(stamps)
        short_type = type_name.replace("/msg/", "/")
        encoding, n_bytes = content(TYPES[type_name], message)
        cameras.append(
            CameraTopic(
                topic, short_type, publishers, len(frames), lost, rate_hz, encoding, n_bytes, stamps_hz
            )
        )
    return tuple(cameras)


def main() -> None:
    """Print the graph as JSON and exit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listen-s", type=float, default=2.0, help="duration of the measurement, s")
    arguments = parser.parse_args()
    init_command()
    node = rclpy.create_node("mer_doctor")
    try:
        discover(node)
        graph = GraphReport(
            rmw=rclpy.get_rmw_implementation_identifier(),
            domain_id=node.context.get_domain_id(),
            interfaces=interfaces_problem(),
            cameras=measure(node, arguments.listen_s),
        )
    finally:
        node.destroy_node()
        rclpy.shutdown()
    sys.stdout.write(graph.to_json() + "\n")


if __name__ == "__main__":
    main()
