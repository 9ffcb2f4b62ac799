"""Images from a camera that the tracker opens: each frame of a file, and a live camera that fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from rclpy.parameter import Parameter

from mer_interfaces.msg import ExpressionEvent, FaceArray
from mer_ros.nodes.base.convert import stamp_ns
from mer_ros.nodes.base.qos import reliable
from mer_ros.nodes.face_tracker import intake
from mer_ros.sources import playback

N, FPS = 60, 100.0


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, photo: np.ndarray) -> Path:
    """A video file of N frames with one face."""
    path = tmp_path_factory.mktemp("films") / "face.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), FPS, (640, 480))
    for _ in range(N):
        writer.write(photo)
    writer.release()
    return path


def test_every_frame_of_a_file_is_processed_with_stamps_of_its_stream_and_again_after_a_reactivation(
    start: Callable[..., Any], film: Path, probe: Any
) -> None:
    faces = probe.subscribe(FaceArray, "/film/faces", reliable(200))
    status = probe.diagnostics()
    node = start("face_tracker", "-p", f"camera:=file:{film}", "-p", "rate:=4.0", namespace="/film")
    node.wait_line("active")
    assert faces == [], "the file started before a classifier subscribed to its events"
    probe.subscribe(ExpressionEvent, "/film/events", reliable(10))
    node.wait_line(f"ended after {N} frames")
    probe.wait_for(lambda: len(faces) == N, f"the faces of {N} frames")
    assert np.diff([stamp_ns(m.header.stamp) for m in faces]) == pytest.approx(1e9 / FPS)
    assert all(len(m.faces) == 1 for m in faces[1:])
    assert faces[0].source == f"file:{film}" and faces[0].header.frame_id == "camera_optical_frame"
    values = probe.wait_for(lambda: final_values(status), "the end in the diagnostics")
    assert values["received"] == str(N) and values["dropped_queue_full"] == values["lost_by_stamp"] == "0"
    assert probe.transition("/film/face_tracker", "deactivate")
    status.clear()
    assert probe.transition("/film/face_tracker", "activate")
    again = probe.wait_for(lambda: final_values(status), "the end of the second run")
    assert again["received"] == str(N)
    probe.wait_for(lambda: len(faces) == 2 * N, "the faces of every frame of the second run")
    assert stamp_ns(faces[N].header.stamp) > stamp_ns(faces[0].header.stamp), "stamped from the first start"
    assert node.end() == 0 and "Traceback" not in node.text


def final_values(status: dict[str, Any]) -> dict[str, str] | None:
    """Values of the tracker's diagnostics, once the file has ended and every frame is processed."""
    found = status.get("film/face_tracker")
    values = {v.key: v.value for v in found.values} if found else {}
    return values if found and "has ended" in found.message and values["processed"] == str(N) else None


@pytest.mark.parametrize(
    ("camera", "words"),
    [
        ("synthetic:1", "cannot be opened by the tracker"),
        ("file:/nowhere.mp4", "does not exist"),
        ("device:/dev", "no camera at '/dev', a folder"),
        ("webcam", "is neither a camera nor an existing file"),
    ],
)
def test_a_camera_that_cannot_be_opened_is_one_sentence(
    camera: str, words: str, node: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    node.set_parameters([Parameter("camera", value=camera)])
    node.trigger_configure()
    assert node.state == "unconfigured"
    output = capfd.readouterr().err
    [line] = [line for line in output.splitlines() if "[ERROR]" in line]
    assert "configure failed" in line and words in line and "Traceback" not in output


def test_fault_94_a_camera_that_is_absent_when_configured_is_opened_once_it_appears(
    node: Any,
    film: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    wait_for: Callable[..., Any],
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A link to a video file stands for the device, which OpenCV reads through the same code."""
    monkeypatch.setattr(playback, "_RETRY_S", 0.1)
    device = tmp_path / "video0"
    node.set_parameters([Parameter("camera", value=f"device:{device}")])
    node.trigger_configure()
    node.trigger_activate()
    assert node.state == "active"
    level, words, values = node.health()
    assert level == b"\x01" and f"there is no camera at '{device}'" in words
    assert values["camera_format"] == ""
    device.symlink_to(film)
    wait_for(lambda: int(node.health()[2]["processed"]) >= 5, "images of the camera")
    wait_for(
        lambda: node.health()[2]["camera_format"].startswith("640x480 at 100 frames per second in MJPG"),
        "the format in the diagnostics",
    )
    log = capfd.readouterr().err
    assert log.count("there is no camera at") == log.count("has appeared") == 1
    node.trigger_deactivate()
    device.unlink()
    node.trigger_activate()
    wait_for(lambda: node.health()[0] != b"\x00", "a warning that it is gone")


def activate_with(node: Any, camera: Any, monkeypatch: pytest.MonkeyPatch, **parameters: Any) -> None:
    """Activate a tracker whose camera is ``camera``."""
    monkeypatch.setattr(intake, "open_source", camera.open)
    given = {"camera": "device:0", **parameters}
    node.set_parameters([Parameter(name, value=value) for name, value in given.items()])
    node.trigger_configure()
    node.trigger_activate()


def test_fault_30_an_unplugged_camera_is_an_error_and_is_reopened(
    node: Any, live_camera: Any, monkeypatch: pytest.MonkeyPatch, wait_for: Callable[..., Any]
) -> None:
    monkeypatch.setattr(playback, "_RETRY_S", 0.3)
    activate_with(node, live_camera(), monkeypatch)
    found = wait_for(lambda: (health := node.health())[0] == b"\x02" and health[1], "an error")
    assert "device:0 delivers no more images" in found
    wait_for(lambda: int(node.health()[2]["processed"]) >= 10, "images of the reopened camera")
    assert node.health()[2]["source"] == "device:0"


def test_the_oldest_image_of_a_live_camera_is_dropped_and_counted(
    node: Any, live_camera: Any, monkeypatch: pytest.MonkeyPatch, wait_for: Callable[..., Any]
) -> None:
    camera = live_camera(100, (640, 480), missing=range(2, 10**6))  # it cannot be reopened
    activate_with(node, camera, monkeypatch, queue_size=2)

    def all_processed_or_counted() -> bool:
        values = node.health()[2]
        counted = node.drops["queue_full"] + node.drops["same_stamp"]
        return int(values["received"]) == 100 and int(values["processed"]) + counted == 100

    wait_for(all_processed_or_counted, "every image processed or counted")
    assert node.drops["queue_full"] > 0
