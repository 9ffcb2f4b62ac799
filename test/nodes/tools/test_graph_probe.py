"""The graph probe of the doctor, with a publisher in another process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from mer_ros.graph.probe_report import GraphReport, Publisher

PUBLISHER = """
import rclpy
from rclpy.qos import qos_profile_sensor_data
from sensor_msgs.msg import CompressedImage, Image
rclpy.init()
driver = rclpy.create_node("driver")
tracker = rclpy.create_node("face_tracker")
fast = driver.create_publisher(Image, "camera/image_raw", qos_profile_sensor_data)
silent = driver.create_publisher(CompressedImage, "camera/compressed", 10)
own = tracker.create_publisher(Image, "annotated", 10)
i = 0
def send():
    global i
    i += 1
    image = Image(encoding="mono8", height=2, width=3, step=3, data=bytes(6))
    image.header.stamp.sec, image.header.stamp.nanosec = divmod(20_000_000 * i, 10**9)
    if i % 5:  # every fifth is missing, as the stamps show
        fast.publish(image)
    own.publish(image)
driver.create_timer(0.02, send)
print("ready", flush=True)
rclpy.spin(driver)
"""


@pytest.fixture
def env():
    """The environment of the tests, with their ROS domain."""
    return dict(os.environ)


def probe(env, listen_s):
    command = [sys.executable, "-m", "mer_ros.nodes.tools.graph_probe", "--listen-s", str(listen_s)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stderr
    return GraphReport.from_json(done.stdout.splitlines()[-1])


@pytest.fixture
def driver(env):
    with subprocess.Popen(
        [sys.executable, "-c", PUBLISHER], env=env, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def probe_until_discovered(env, n_cameras, listen_s):
    """The first report with this number of cameras: discovery may take longer than one probe waits."""
    for _ in range(10):
        graph = probe(env, listen_s)
        if len(graph.cameras) == n_cameras:
            break
    return graph


def test_cameras_are_found_with_rate_losses_and_reliability(env, driver):
    graph = probe_until_discovered(env, 2, listen_s=2.0)
    found = {camera.topic: camera for camera in graph.cameras}
    assert set(found) == {"/camera/image_raw", "/camera/compressed"}, "images of a tracker are listed"
    fast, silent = found["/camera/image_raw"], found["/camera/compressed"]
    assert (fast.type, fast.publishers) == ("sensor_msgs/Image", (Publisher("/driver", "best_effort"),))
    assert 20 < fast.rate_hz < 50, "40 frames/s are published; a busy machine may delay some"
    assert fast.stamps_hz == pytest.approx(50, rel=0.02), "the fifth one counts"
    assert (fast.encoding, fast.image_bytes) == ("mono8", 6)
    assert fast.lost == pytest.approx(fast.frames / 4, abs=1), "four of five arrive"
    assert (silent.type, silent.publishers) == (
        "sensor_msgs/CompressedImage",
        (Publisher("/driver", "reliable"),),
    )
    assert (silent.frames, silent.lost, silent.encoding, silent.image_bytes) == (0, 0, "", 0)


def test_an_empty_graph(env):
    graph = probe(env, 0.1)
    assert graph.cameras == ()
    assert graph.interfaces == ""
    assert graph.domain_id == int(env["ROS_DOMAIN_ID"])
