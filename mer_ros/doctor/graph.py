"""ROS itself and the cameras on its graph, judged from what `mer_ros.nodes.tools.graph_probe` reports."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mer_ros.doctor.finding import Finding, fix, note, ok
from mer_ros.doctor.packages import SET_UP
from mer_ros.doctor.trial import Trial
from mer_ros.graph.probe_report import CameraTopic, GraphReport, Publisher
from mer_ros.graph.transport_profile import PROFILE_VARIABLES
from mer_ros.limits import MICRO_MIN_S, MIN_SAMPLES, NOTABLE_LOSS


def check_ros(env: Mapping[str, str], wheel: str | None, trial: Trial, graph: GraphReport | None) -> Finding:
    """Which ROS this is.

    wheel: version of the rclpy wheel, None where ROS is installed otherwise. graph: None if the probe failed.
    """
    distro = env.get("ROS_DISTRO")
    if graph is None:
        remedy = f"Source /opt/ros/jazzy/setup.bash, or {SET_UP}"
        return fix("ROS 2", f"rclpy does not work ({trial.answer})", remedy)
    if wheel:
        found = f"Jazzy from wheels (rclpy {wheel})"
    else:
        found = f"{distro or 'of unknown name'}, installed"
    return ok("ROS 2", f"{found}, {graph.rmw}, ROS_DOMAIN_ID {graph.domain_id}")


def check_interfaces(graph: GraphReport) -> Finding:
    """The messages of mer_ros."""
    if graph.interfaces:
        return fix("mer_interfaces", f"cannot be imported ({graph.interfaces})", f"Build it: {SET_UP}")
    return ok("mer_interfaces", "messages can be imported")


def check_cameras(graph: GraphReport, profile: Path) -> list[Finding]:
    """One finding per camera topic, or one that there is none. profile: the shipped one of Fast DDS."""
    if not graph.cameras:
        remedy = "Start a camera driver, or 'mer up --camera synthetic:1' for the made clip"
        return [note("cameras", f"no picture is published on ROS_DOMAIN_ID {graph.domain_id}", remedy)]
    return [check_camera(camera, graph.rmw, profile) for camera in graph.cameras]


def check_camera(camera: CameraTopic, rmw: str, profile: Path) -> Finding:
    """One camera: does it deliver, does all of it arrive, and what can be seen at its rate."""
    what = f"camera {camera.topic}"
    found = f"{camera.type} from {' and '.join(map(str, camera.publishers))}"
    if camera.rate_hz <= 0:
        return fix(
            what, f"{found}, but {camera.frames} frames came", "Check that the driver runs and is not paused"
        )
    found += f", {camera.rate_hz:.1f} frames/s arrive"
    shortest_s = MIN_SAMPLES / camera.rate_hz
    if len(camera.publishers) > 1:
        mixed = f"{found}, mixed from {len(camera.publishers)} publishers"
        return fix(what, mixed, "Give each camera its own topic")
    total = camera.frames + camera.lost
    if camera.lost > NOTABLE_LOSS * total:
        lost = f"{found}; {camera.lost} of {total} frames were lost in transport"
        return fix(what, lost, _against_loss(camera.publishers[0], rmw, profile))
    if shortest_s > MICRO_MIN_S:
        resolves = f"{MIN_SAMPLES / MICRO_MIN_S:.0f} frames/s resolve {MICRO_MIN_S * 1000:.0f} ms"
        limit = f"Events shorter than {shortest_s * 1000:.0f} ms cannot be resolved; {resolves}"
        return note(what, found, limit)
    return ok(what, found)


def _against_loss(publisher: Publisher, rmw: str, profile: Path) -> str:
    ways = ["compressed or mono8 pictures"]
    if publisher.reliability == "reliable":
        ways.append("the tracker's parameter reliability set to reliable")
    else:
        ways.append("reliable QoS at the publisher and the tracker")
    if "fastrtps" not in rmw:
        return f"Try {' or '.join(ways)}"
    start = f"Start {publisher.node} with {PROFILE_VARIABLES[0]}={profile} in its environment"
    return f"{start}, or try {' or '.join(ways)}"
