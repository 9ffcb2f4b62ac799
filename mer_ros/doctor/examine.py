"""Collect the facts of this machine and let every check judge them."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

from mer_ros import files
from mer_ros.doctor import graph, models, packages, transport, trial
from mer_ros.doctor.finding import Finding
from mer_ros.graph import transport_profile
from mer_ros.graph.options import GraphOptions
from mer_ros.graph.probe_report import GraphReport
from mer_ros.graph.transport_profile import PROFILE_VARIABLES

PACKAGES = ("numpy", "torch", "torchvision", "mediapipe", "ros-rclpy", *packages.OPENCV_WHEELS)
SHARED_MEMORY = Path("/dev/shm")

TORCH_TRIAL = """
from mer_ros.compat import import_torchvision
import_torchvision()
import torchvision.extension
print("compiled" if torchvision.extension._has_ops() else "guard")
"""
OPENCV_TRIAL = """
import numpy, cv_bridge
cv_bridge.CvBridge().cv2_to_imgmsg(numpy.zeros((2, 2, 3), numpy.uint8), "bgr8")
"""
MEDIAPIPE_TRIAL = "from mediapipe.python.solutions import face_mesh; print(face_mesh.FaceMesh.__name__)"


def installed() -> dict[str, str]:
    """Version of each package of interest that is installed."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def look_at_graph(listen_s: float) -> tuple[trial.Trial, GraphReport | None]:
    """Run the probe; the graph is None if it did not answer."""
    answer = trial.run(
        ["-m", "mer_ros.nodes.tools.graph_probe", "--listen-s", str(listen_s)], timeout_s=30.0 + listen_s
    )
    return answer, GraphReport.from_json(answer.answer) if answer.worked else None


def examine(listen_s: float) -> Iterator[Finding]:
    """Every finding, in the order of the report. listen_s: how long to count camera frames."""
    versions = installed()
    with ThreadPoolExecutor() as pool:
        torch = pool.submit(trial.run, ["-c", TORCH_TRIAL])
        opencv = pool.submit(trial.run, ["-c", OPENCV_TRIAL])
        mediapipe = pool.submit(trial.run, ["-c", MEDIAPIPE_TRIAL])
        yield packages.check_python(sys.version_info[:3], sys.executable)
        yield packages.check_cpus(len(os.sched_getaffinity(0)))
        yield packages.check_opencv(versions, opencv.result())
        yield packages.check_mediapipe(versions, mediapipe.result(), platform.machine())
        yield packages.check_torch(versions, torch.result())
        yield from models.check_models(files.models_dir(), GraphOptions().model)
    # After the imports above: beside them on few cores, frames would be lost that a tracker receives.
    answer, found = look_at_graph(listen_s)
    yield graph.check_ros(os.environ, versions.get("ros-rclpy"), answer, found)
    if found:
        shipped = files.config_file("fastdds.xml")
        yield graph.check_interfaces(found)
        yield from examine_transport(found.rmw, shipped)
        yield from graph.check_cameras(found, shipped)


def examine_transport(rmw: str, shipped: Path) -> Iterator[Finding]:
    """The profile in use, and whether shared memory holds what it or the shipped one asks for."""
    yield transport.check_profile(os.environ, rmw, shipped)
    if SHARED_MEMORY.is_dir():
        usage = shutil.disk_usage(SHARED_MEMORY)
        set_file = next((os.environ[name] for name in PROFILE_VARIABLES if os.environ.get(name)), None)
        try:
            segment = transport_profile.segment_bytes(Path(set_file or shipped))
        except (OSError, ElementTree.ParseError):
            segment = transport_profile.MIN_SEGMENT_BYTES  # the profile has its own finding
        # Set in the shell, every node loads it; else only the two that exchange camera pictures do.
        processes = 4 if set_file else 2
        yield transport.check_memory(usage.total, usage.free, segment, processes)
