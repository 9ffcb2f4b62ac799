"""The tracker opens a camera itself: every frame of a file, stamps of the stream, an end that is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from mer_interfaces.msg import ExpressionEvent, FaceArray
from mer_ros.nodes.base.convert import stamp_ns
from mer_ros.nodes.base.qos import reliable

N, FPS = 60, 100.0


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, photo: np.ndarray) -> Path:
    path = tmp_path_factory.mktemp("films") / "face.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), FPS, (640, 480))
    for _ in range(N):
        writer.write(photo)
    writer.release()
    return path


def test_every_frame_of_a_file_is_seen_with_the_stamps_of_its_stream_and_again_when_activated_again(
    start: Callable[..., Any], film: Path, probe: Any
) -> None:
    faces = probe.listen(FaceArray, "/film/faces", reliable(200))
    status = probe.diagnostics()
    node = start("face_tracker", "-p", f"camera:=file:{film}", "-p", "rate:=4.0", namespace="/film")
    node.wait_line("active")
    assert faces == [], "it waits for who will classify"
    probe.listen(ExpressionEvent, "/film/events", reliable(10))
    node.wait_line(f"{N} frames were sent")
    probe.wait_for(lambda: len(faces) == N, f"the faces of {N} frames")
    assert np.diff([stamp_ns(m.header.stamp) for m in faces]) == pytest.approx(1e9 / FPS)
    assert all(len(m.faces) == 1 for m in faces[1:])
    assert faces[0].source == f"file:{film}" and faces[0].header.frame_id == "camera_optical_frame"
    values = probe.wait_for(lambda: at_the_end(status), "the end in diagnostics")
    assert values["received"] == str(N) and values["dropped_queue_full"] == values["lost_by_stamp"] == "0"
    assert probe.transition("/film/face_tracker", "deactivate")
    status.clear()
    assert probe.transition("/film/face_tracker", "activate")
    again = probe.wait_for(lambda: at_the_end(status), "its end again, from the first frame")
    assert again["received"] == str(N)
    probe.wait_for(lambda: len(faces) == 2 * N, "the faces of every frame again")
    assert stamp_ns(faces[N].header.stamp) > stamp_ns(faces[0].header.stamp), "stamped from its new start"
    assert node.end() == 0 and "Traceback" not in node.text


def at_the_end(status: dict[str, Any]) -> dict[str, str] | None:
    """The values of the tracker's diagnostics, once the film has ended and every frame was looked at."""
    found = status.get("film/face_tracker")
    values = {v.key: v.value for v in found.values} if found else {}
    return values if found and "has ended" in found.message and values["processed"] == str(N) else None


@pytest.mark.parametrize(
    ("camera", "words"),
    [
        ("synthetic:1", "cannot be opened here"),
        ("file:/nowhere.mp4", "does not exist"),
        ("device:/dev/video99", "no camera at"),
        ("/dev/video99", "no camera at"),
        ("webcam", "is no kind of camera and no file here"),
    ],
)
def test_a_camera_that_cannot_be_opened_is_one_sentence(
    start: Callable[..., Any], camera: str, words: str
) -> None:
    node = start("face_tracker", "-p", f"camera:={camera}", namespace="/bad")
    line = node.wait_line("configure failed")
    assert words in line and node.end() == 0 and "Traceback" not in node.text


class Webcam:
    """A live source that gives a few pictures and is then unplugged."""

    fps, live = 30.0, True
    picture = np.zeros((48, 64, 3), np.uint8)

    def __init__(self, spec: str, options: object) -> None:
        assert spec == "device:0"

    def frames(self) -> Iterator[tuple[int, np.ndarray]]:
        for i in range(5):
            yield i, self.picture

    def close(self) -> None:
        pass


def test_fault_30_an_unplugged_camera_of_its_own_is_an_error_and_is_opened_again(
    monkeypatch: pytest.MonkeyPatch, wait_for: Callable[..., Any]
) -> None:
    from rclpy.parameter import Parameter

    from mer_ros.nodes.face_tracker import intake
    from mer_ros.nodes.face_tracker.node import FaceTrackerNode
    from mer_ros.sources import playback

    monkeypatch.setattr(intake, "open_source", Webcam)
    monkeypatch.setattr(playback, "_RETRY_S", 0.3)
    node = FaceTrackerNode()
    try:
        node.set_parameters([Parameter("camera", value="device:0")])
        node.trigger_configure()
        node.trigger_activate()
        told = wait_for(lambda: (health := node.health())[0] == b"\x02" and health[1], "an error")
        assert "device:0 gives no more pictures" in told
        wait_for(lambda: int(node.health()[2]["processed"]) >= 10, "pictures of the camera that is back")
        assert node.health()[2]["source"] == "device:0"
    finally:
        node.end()
        node.destroy_node()


def test_of_a_live_camera_the_oldest_picture_is_dropped_and_counted(
    monkeypatch: pytest.MonkeyPatch, wait_for: Callable[..., Any]
) -> None:
    from rclpy.parameter import Parameter

    from mer_ros.nodes.face_tracker import intake
    from mer_ros.nodes.face_tracker.node import FaceTrackerNode

    class Fast(Webcam):
        picture = np.zeros((480, 640, 3), np.uint8)

        def frames(self) -> Iterator[tuple[int, np.ndarray]]:
            for i in range(100):
                yield i, self.picture

    monkeypatch.setattr(intake, "open_source", Fast)
    node = FaceTrackerNode()
    try:
        node.set_parameters([Parameter("camera", value="device:0"), Parameter("queue_size", value=2)])
        node.trigger_configure()
        node.trigger_activate()

        def all_seen_or_counted() -> bool:
            values = node.health()[2]
            counted = node.drops["queue_full"] + node.drops["same_stamp"]
            return int(values["received"]) >= 100 and int(values["processed"]) + counted == 100

        wait_for(all_seen_or_counted, "every picture seen or counted")
        assert node.drops["queue_full"] > 0
    finally:
        node.end()
        node.destroy_node()
