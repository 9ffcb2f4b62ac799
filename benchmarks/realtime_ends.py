"""The two ends of a real-time measurement as separate processes: a camera and its subscribers.

`publish` sends images at a fixed rate; they are serialised in advance, so it costs about as much as a C++
driver. `take` is the bare typed subscriber with which the tracker is compared. `watch` receives the messages
of the tracker. Each ends by itself or on SIGINT and then prints a mark and one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import rclpy
from diagnostic_msgs.msg import DiagnosticArray
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.impl.implementation_singleton import rclpy_implementation
from rclpy.node import Node
from rclpy.serialization import deserialize_message, serialize_message
from sensor_msgs.msg import CompressedImage, Image

from mer_interfaces.msg import FaceArray
from mer_ros.nodes.base import convert
from mer_ros.nodes.base.qos import image_qos, offered_image_qos, reliable
from mer_ros.nodes.tools.graph_probe import stamp_ns
from mer_ros.sources.pacer import Pacer

STARTED, ENDED, RESULT = "the count begins", "the count has ended", "result "
FRAME_ID = "bench_optical_frame"


def say(line: str) -> None:
    """Print one line without buffering."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def to_and_fro(n: int, i: int) -> int:
    """Index 0..n-1 of frame i if n frames are played forwards and backwards, without a jump."""
    i %= max(2 * (n - 1), 1)
    return i if i < n else 2 * (n - 1) - i


def prepared(path: Path, encoding: str) -> list[bytes]:
    """The serialised message of each image in an (N, H, W, 3) uint8 BGR .npy, with stamp zero.

    encoding: bgr8, mono8 or jpeg.
    """
    import cv2

    messages = []
    for image in np.load(path, mmap_mode="r"):
        header = convert.to_header(0, FRAME_ID)
        message: CompressedImage | Image
        if encoding == "jpeg":
            message = CompressedImage(header=header, format="bgr8; jpeg compressed bgr8")
            message.data = cv2.imencode(".jpg", image)[1].tobytes()
        elif encoding == "mono8":
            grey = cv2.cvtColor(np.asarray(image), cv2.COLOR_BGR2GRAY)
            height, width = grey.shape
            message = Image(header=header, height=height, width=width, encoding="mono8", step=width)
            message.data = grey.tobytes()
        else:
            message = convert.to_image(np.asarray(image), header)
        messages.append(serialize_message(message))
    return messages


def publish(options: argparse.Namespace) -> dict[str, Any]:
    """Wait for the subscribers, warm up and send the counted frames; returns their number and rate."""
    messages = prepared(options.frames, options.encoding)
    kind = CompressedImage if options.encoding == "jpeg" else Image
    node = rclpy.create_node(options.name)
    output = node.create_publisher(kind, options.topic, offered_image_qos(options.reliability))
    while output.get_subscription_count() < options.listeners:
        time.sleep(0.05)
    time.sleep(1.0)  # discovery must be complete on the side of the subscribers too
    pacer = Pacer(options.rate)
    first_ns = 0
    for i in range(options.warm_up + options.count):
        time.sleep(pacer.wait_s())
        if i == options.warm_up:
            say(STARTED)
        message = memoryview(messages[to_and_fro(len(messages), i)])
        now = time.time_ns()
        if i == options.warm_up:
            first_ns = now
        stamp = serialize_message(convert.to_time(now))[4:12]
        output.publish(b"".join((message[:4], stamp, message[12:])))
    say(ENDED)
    rate_hz = pacer.achieved_hz
    time.sleep(1.0)  # messages in flight still use the memory of this process
    return {
        "sent": options.count,
        "first_ns": first_ns,
        "last_ns": now,
        "rate_hz": rate_hz,
        "warm_up": options.warm_up,
    }


def take(options: argparse.Namespace) -> dict[str, Any]:
    """Receive and convert images only: the minimum cost of any node in Python."""
    node = rclpy.create_node("bare_subscriber")
    # preallocated: a list that grows between images changes how malloc treats them and halves the CPU time
    stamps = np.zeros((2 * (options.warm_up + options.count), 2), np.int64)
    n = 0

    def on_image(message: Image) -> None:
        nonlocal n
        convert.from_image(message)
        if n < len(stamps):
            stamps[n] = convert.stamp_ns(message.header.stamp), time.time_ns()
            n += 1

    node.create_subscription(Image, options.topic, on_image, image_qos(options.reliability))
    _spin(node)
    return {"stamps_ns": stamps[:n].tolist()}


def watch(options: argparse.Namespace) -> dict[str, Any]:
    """Receive every FaceArray: its stamp, and when the tracker published it (both by the system clock)."""
    node = rclpy.create_node("watch")
    received: list[tuple[int, int]] = []
    samples: list[bytes] = []
    status: dict[str, Any] = {}

    def on_faces(message: bytes, info: dict[str, Any]) -> None:
        received.append((stamp_ns(message), info["source_timestamp"]))
        if len(received) % 50 == 0:
            samples.append(message)

    def on_diagnostics(message: DiagnosticArray) -> None:
        for found in message.status:
            if found.name.endswith("face_tracker"):
                status.update({pair.key: pair.value for pair in found.values}, message=found.message)
                if found.level != found.OK:
                    status.setdefault("complaints", []).append(found.message)

    # rclpy passes the message's information to a callback of two arguments; its annotation has only one
    callback = cast("Callable[[bytes], None]", on_faces)
    node.create_subscription(FaceArray, options.topic, callback, reliable(1000), raw=True)
    node.create_subscription(DiagnosticArray, "/diagnostics", on_diagnostics, reliable(10))
    _spin(node)
    faces = [len(deserialize_message(message, FaceArray).faces) for message in samples]
    return {"received_ns": received, "faces": faces, "status": status}


def _spin(node: Node) -> None:
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    try:
        executor.spin()
    except ExternalShutdownException:
        pass
    except rclpy_implementation.RCLError:  # shut down while the executor prepared its next wait
        if rclpy.ok():
            raise


def main() -> None:
    """Run one of the three and print its result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("publish", "take", "watch"))
    parser.add_argument("--topic", required=True)
    parser.add_argument("--frames", type=Path)
    parser.add_argument("--encoding", default="bgr8", choices=("bgr8", "mono8", "jpeg"))
    parser.add_argument("--reliability", default="best_effort")
    parser.add_argument("--name", default="bench_camera")
    parser.add_argument("--rate", type=float, default=200.0)
    parser.add_argument("--count", type=int, default=12_000)
    parser.add_argument("--warm-up", type=int, default=600)
    parser.add_argument("--listeners", type=int, default=1)
    options = parser.parse_args()
    if options.what != "publish":
        # rclpy's own handler ends the spin; a KeyboardInterrupt after it would discard the result
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
    rclpy.init(args=[])
    result = {"publish": publish, "take": take, "watch": watch}[options.what](options)
    rclpy.try_shutdown()
    say(RESULT + json.dumps(result))


if __name__ == "__main__":
    main()
