"""The camera node: every frame of a source, at its rate and with its stamp; live cameras that fail."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sensor_msgs.msg import Image

from mer_ros.nodes.base.convert import from_image, stamp_ns
from mer_ros.nodes.base.qos import image_qos
from mer_ros.sources import playback

N, FPS = 60, 100.0  # of the fixture ``ramp``
DEEP = image_qos("reliable", depth=200)  # holds all frames while the test process is busy


def test_all_frames_arrive_in_order_with_stamps_of_the_stream_and_the_process_ends(
    start: Callable[..., Any], ramp: Path, probe: Any
) -> None:
    arguments = ("-p", "rate:=0.5", "-p", "exit_at_end:=true", "-p", "reliability:=reliable")
    node = start("camera", "-p", f"source:=file:{ramp}", *arguments)
    node.wait_line("active")
    received = probe.subscribe(Image, "/mer/image", DEEP)
    assert node.wait() == 0
    rate_hz = re.search(rf"ended after {N} frames at ([\d.]+) frames per second", node.text)
    assert rate_hz is not None and float(rate_hz[1]) < 1.05 * FPS * 0.5, "faster than the rate"
    probe.wait_for(lambda: len(received) == N, "all frames")
    assert np.diff([stamp_ns(m.header.stamp) for m in received]) == pytest.approx(1e9 / FPS)
    assert [int(from_image(m).mean()) // 4 for m in received[1:50:7]] == pytest.approx(
        list(range(1, 50, 7)), abs=1
    )
    assert received[0].header.frame_id == "camera_optical_frame"


def test_the_last_diagnostics_of_a_camera_that_ends_hold_the_final_count(
    start: Callable[..., Any], ramp: Path, probe: Any
) -> None:
    node = start("camera", "-p", f"source:=file:{ramp}", "-p", "rate:=0.5", "-p", "exit_at_end:=true")
    node.wait_line("active")
    status = probe.diagnostics()
    probe.wait_for(lambda: "mer/camera" in status, "the first diagnostics")
    probe.subscribe(Image, "/mer/image", image_qos())
    assert node.wait() == 0
    probe.wait_for(lambda: status["mer/camera"].message == "the source has ended", "the end in diagnostics")
    values = {v.key: v.value for v in status["mer/camera"].values}
    assert (values["sent"], values["ended"]) == (str(N), "true") and values["rate_kept"] in ("true", "false")


def test_no_frame_is_sent_before_the_first_subscription(
    start: Callable[..., Any], ramp: Path, probe: Any
) -> None:
    node = start("camera", "-p", f"source:=file:{ramp}")
    node.wait_line("active")
    status = probe.diagnostics()
    found = probe.wait_for(
        lambda: (
            (s := status.get("mer/camera")) and s.message == "waiting for 1 subscriber of /mer/image" and s
        ),
        "diagnostics of a camera that waits",
    )
    values = {v.key: v.value for v in found.values}
    assert (values["sent"], values["waiting"]) == ("0", "true")
    probe.subscribe(Image, "/mer/image", image_qos())
    node.wait_line(f"ended after {N} frames")
    probe.wait_for(
        lambda: "false" in [v.value for v in status["mer/camera"].values if v.key == "waiting"], "its start"
    )


def test_a_file_starts_from_its_first_frame_when_the_node_is_activated_again(
    start: Callable[..., Any], ramp: Path, probe: Any
) -> None:
    node = start("camera", "-p", f"source:={ramp}", "-p", "rate:=0.5", "-p", "reliability:=reliable")
    node.wait_line("active")
    received = probe.subscribe(Image, "/mer/image", DEEP)
    probe.wait_for(lambda: len(received) > 10, "the first frames")
    assert probe.transition("/mer/camera", "deactivate")
    assert probe.transition("/mer/camera", "activate")

    def second_run() -> list[float] | None:
        """Indices of the frames after the grey value has fallen: it increases by 4 per frame."""
        indices = np.array([from_image(m).mean() / 4 for m in list(received)])
        falls = np.flatnonzero(np.diff(indices) < -5)
        complete = len(falls) and len(indices) - falls[0] > N
        return indices[falls[0] + 1 :].tolist() if complete else None

    assert probe.wait_for(second_run, "all frames of the second run") == pytest.approx(list(range(N)), abs=1)


def test_a_synthetic_clip_is_published(start: Callable[..., Any], probe: Any) -> None:
    arguments = ("-p", "fps:=30.0", "-p", "width:=320", "-p", "height:=240")
    node = start("camera", "-p", "source:=synthetic:1", *arguments)
    node.wait_line("active")
    received = probe.subscribe(Image, "/mer/image", image_qos())
    probe.wait_for(lambda: len(received) >= 3, "three frames")
    assert (received[0].width, received[0].height, received[0].encoding) == (320, 240, "bgr8")
    assert node.end() == 0 and "Traceback" not in node.text


@pytest.fixture
def play_live(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], Any]]:
    """``play_live(live_camera)``: an active camera node that plays it, in the test process."""
    from mer_ros.nodes import camera

    nodes: list[Any] = []
    monkeypatch.setattr(playback, "_RETRY_S", 0.2)

    def activate(source: Any) -> Any:
        monkeypatch.setattr(camera, "open_source", source.open)
        nodes.append(camera.CameraNode())
        nodes[-1].trigger_configure()
        nodes[-1].trigger_activate()
        return nodes[-1]

    yield activate
    for node in nodes:
        node.end()
        node.destroy_node()


def test_fault_30_an_unplugged_camera_is_an_error_and_is_reopened(
    play_live: Callable[[Any], Any], live_camera: Any, wait_for: Callable[..., Any]
) -> None:
    source = live_camera(period_s=0.01, missing=(2,))
    source.format = "64x48 at 30 frames per second in MJPG"
    node = play_live(source)
    wait_for(lambda: node.health()[2]["format"] == source.format, "the format in the diagnostics")
    found = wait_for(lambda: (health := node.health())[0] == b"\x02" and health[1], "an error")
    assert "delivers no more images" in found
    wait_for(lambda: int(node.health()[2]["sent"]) >= 10, "frames of the reopened camera")
    assert source.opened >= 3
    assert float(node.health()[2]["rate_hz"]) > 0 and node.health()[2]["ended"] == "false"


def test_an_exception_of_the_source_is_an_error(
    play_live: Callable[[Any], Any],
    live_camera: Any,
    monkeypatch: pytest.MonkeyPatch,
    wait_for: Callable[..., Any],
) -> None:
    def fail(self: object) -> Iterator[tuple[int, np.ndarray]]:
        raise RuntimeError("a damaged file")
        yield

    monkeypatch.setattr(live_camera, "timed_frames", fail)
    node = play_live(live_camera())
    wait_for(lambda: node.health()[2]["ended"] == "true", "the end")
    assert node.health()[:2] == (b"\x02", "the source failed: RuntimeError: a damaged file")


def test_fault_94_a_camera_that_is_absent_when_configured_is_opened_once_it_appears(
    start: Callable[..., Any], ramp: Path, tmp_path: Path, probe: Any
) -> None:
    """A link to a video file stands for the device, which OpenCV reads through the same code."""
    device = tmp_path / "video0"
    node = start("camera", "-p", f"source:=device:{device}", "-p", "reliability:=reliable")
    node.wait_line("active")
    status = probe.diagnostics()
    images = probe.subscribe(Image, "/mer/image", DEEP)
    found = probe.wait_for(
        lambda: (s := status.get("mer/camera")) and s.level == b"\x01" and s, "a warning in the diagnostics"
    )
    assert f"there is no camera at '{device}'" in found.message and "tried every second" in found.message
    time.sleep(2.5)  # some attempts
    device.symlink_to(ramp)
    line = node.wait_line("has appeared")
    assert f"device:{device} has appeared: 64x48 at 100 frames per second in MJPG; 640x480 at 200" in line
    probe.wait_for(lambda: len(images) > 10, "images")
    assert len([line for line in node.lines if "there is no camera" in line]) == 1
    assert len([line for line in node.lines if "configure failed" in line]) == 0
    assert node.end() == 0 and "Traceback" not in node.text


@pytest.mark.parametrize("source", ["device:", "device:/tmp", "file:/tmp/video0"])
def test_fault_94_what_will_not_appear_is_an_error_when_configured(
    source: str, play_live: Callable[[Any], Any], capfd: pytest.CaptureFixture[str]
) -> None:
    from mer_ros.sources.source_spec import open_source

    class Spec:
        @staticmethod
        def open(spec: str, options: Any) -> Any:
            return open_source(source, options)

    assert play_live(Spec).state == "unconfigured"
    assert "configure failed" in capfd.readouterr().err
