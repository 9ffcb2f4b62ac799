"""The cameras of the ROS graph: whether their frames arrive, and the shortest event they resolve."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mer_ros.doctor.check import Check
from mer_ros.doctor.facts import Facts
from mer_ros.doctor.finding import Finding, fix, note, ok
from mer_ros.errors import quantity
from mer_ros.graph import image_remedies
from mer_ros.graph.probe_report import CameraTopic
from mer_ros.graph.transport_profile import profile_for
from mer_ros.limits import MICRO_MIN_S, MIN_SAMPLES, NOTABLE_LOSS

_LATE = 0.9  # arrivals below this share of the frame rate are named


def judge(facts: Facts) -> Iterator[Finding]:
    """One finding per camera topic, or one finding if there is none; no finding if ROS does not work."""
    if facts.graph is None:
        return
    if not facts.graph.cameras:
        found = f"no image topic was discovered on ROS_DOMAIN_ID {facts.graph.domain_id}"
        remedy = (
            "Start a camera driver, or 'mer up --camera synthetic:1' for a synthetic clip. If one runs, "
            "repeat the check, because discovery can be slow, and compare the ROS_DOMAIN_ID"
        )
        yield note("cameras", found, remedy, caveat="no camera was found: start one, then repeat this check")
    for camera in facts.graph.cameras:
        yield check_camera(camera, facts.graph.rmw, facts.profile)


def check_camera(camera: CameraTopic, rmw: str, profile: Path) -> Finding:
    """The finding for a camera. rmw: the middleware. profile: shipped Fast DDS profile, for the remedy."""
    subject = f"camera {camera.topic}"
    found = f"{camera.type} from {' and '.join(map(str, camera.publishers))}"
    if camera.rate_hz <= 0:
        remedy = "Check that the driver runs and is not paused; a clip or file plays once, so launch it again"
        return fix(subject, f"{found}, but {quantity(camera.frames, 'frame')} arrived", remedy)
    found += f", {camera.rate_hz:.1f} frames/s arrive"
    if len(camera.publishers) > 1:
        mixed = f"{found}, mixed from {len(camera.publishers)} publishers"
        return fix(subject, mixed, "Give each camera its own topic")
    total = camera.frames + camera.lost
    if camera.lost > NOTABLE_LOSS * total:
        lost = f"{found}; lost in transport: {camera.lost} of {total} frames"
        return fix(subject, lost, _against_loss(camera, rmw, profile))
    stamps_hz = camera.stamps_hz or camera.rate_hz
    is_late = camera.rate_hz < _LATE * stamps_hz
    if is_late:
        found += f" of a camera of {stamps_hz:.0f} Hz according to its stamps"
    shortest_s = MIN_SAMPLES / stamps_hz
    if shortest_s > MICRO_MIN_S:
        resolves = f"{MIN_SAMPLES / MICRO_MIN_S:.0f} frames/s resolve {MICRO_MIN_S * 1000:.0f} ms"
        limit = f"Events shorter than {shortest_s * 1000:.0f} ms cannot be resolved; {resolves}"
        return note(subject, found, limit)
    if is_late:
        why = (
            "Results will be late, because images arrive more slowly than their stamps say: a recording "
            "plays in slow motion, the camera pauses, or this machine is busy; lower the rate or the load"
        )
        return note(subject, found, why)
    return ok(subject, found)


def _against_loss(camera: CameraTopic, rmw: str, profile: Path) -> str:
    """The remedies of the tracker (``graph.image_remedies``), as far as the doctor can tell them apart."""
    names = [publisher.node for publisher in camera.publishers]
    foreign = [name for name in names if not image_remedies.is_own_camera(name)]
    ways = []
    if foreign and "fastrtps" in rmw:
        ways.append(
            image_remedies.load_profile(foreign, str(profile.with_name(profile_for(camera.image_bytes))))
        )
    if all(publisher.reliability == "reliable" for publisher in camera.publishers):
        ways.append(image_remedies.RELIABLE)
    compressed = camera.type.endswith("CompressedImage")
    sentence = image_remedies.either(
        [*ways, *image_remedies.smaller_images(names, camera.encoding, compressed)]
    )
    return f"{sentence[0].upper()}{sentence[1:]}"


CHECK = Check(judge, reads_graph=True)
