"""The camera node: every frame, at its time, with its stamp."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from sensor_msgs.msg import Image

from mer_ros.errors import ConfigError
from mer_ros.nodes.base.convert import from_image, stamp_ns
from mer_ros.nodes.base.qos import image_qos

N, FPS = 60, 100.0


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "ramp.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), FPS, (64, 48))
    for i in range(N):
        writer.write(np.full((48, 64, 3), 4 * i, np.uint8))
    writer.release()
    return path


def test_all_frames_arrive_in_order_with_stream_stamps_and_the_process_ends(
    start: Callable[..., Any], clip: Path, probe: Any
) -> None:
    node = start(
        "camera",
        "-p",
        f"source:=file:{clip}",
        "-p",
        "rate:=0.5",
        "-p",
        "exit_at_end:=true",
        "-p",
        "reliability:=reliable",
    )
    node.wait_line("active")
    heard: list[tuple[float, Image]] = []
    probe.node.create_subscription(
        Image, "/mer/image", lambda m: heard.append((time.monotonic(), m)), image_qos("reliable")
    )
    assert node.wait() == 0
    assert f"{N} frames were sent" in node.text
    assert len(heard) == N
    assert np.diff([stamp_ns(m.header.stamp) for _, m in heard]) == pytest.approx(1e9 / FPS)
    assert [int(from_image(m).mean()) // 4 for _, m in heard[1:50:7]] == pytest.approx(
        list(range(1, 50, 7)), abs=1
    )
    assert heard[0][1].header.frame_id == "camera_optical_frame"
    assert heard[-1][0] - heard[0][0] >= 0.75 * (N - 1) / (FPS * 0.5), "rate was not kept down"


def test_the_last_diagnostics_of_a_camera_that_ends_hold_the_final_count(
    start: Callable[..., Any], clip: Path, probe: Any
) -> None:
    node = start("camera", "-p", f"source:=file:{clip}", "-p", "rate:=0.5", "-p", "exit_at_end:=true")
    node.wait_line("active")
    status = probe.diagnostics()
    probe.wait_for(lambda: "mer/camera" in status, "the first diagnostics")
    probe.listen(Image, "/mer/image", image_qos())
    assert node.wait() == 0
    probe.wait_for(lambda: status["mer/camera"].message == "the source has ended", "the end in diagnostics")
    values = {v.key: v.value for v in status["mer/camera"].values}
    assert (values["sent"], values["ended"]) == (str(N), "true") and values["rate_kept"] in ("true", "false")


def test_nothing_is_sent_before_somebody_listens(start: Callable[..., Any], clip: Path, probe: Any) -> None:
    node = start("camera", "-p", f"source:=file:{clip}")
    node.wait_line("active")
    status = probe.diagnostics()
    deadline = time.monotonic() + 20
    while "mer/camera" not in status or status["mer/camera"].message != "waiting for a subscriber":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert {v.key: v.value for v in status["mer/camera"].values}["sent"] == "0"
    probe.listen(Image, "/mer/image", image_qos())
    node.wait_line(f"{N} frames were sent")


def test_a_file_starts_again_from_its_first_frame_when_activated_again(
    start: Callable[..., Any], clip: Path, probe: Any
) -> None:
    node = start("camera", "-p", f"source:={clip}", "-p", "rate:=0.5", "-p", "reliability:=reliable")
    node.wait_line("active")
    heard = probe.listen(Image, "/mer/image", image_qos("reliable"))
    probe.wait_for(lambda: len(heard) > 10, "the first pictures")
    assert probe.transition("/mer/camera", "deactivate")
    assert probe.transition("/mer/camera", "activate")

    def second_run() -> list[float] | None:
        """Places of the pictures since they became darker: each is brighter by 4 than the one before."""
        places = np.array([from_image(m).mean() / 4 for m in list(heard)])
        falls = np.flatnonzero(np.diff(places) < -5)
        return places[falls[0] + 1 :].tolist() if len(falls) and len(places) - falls[0] > N else None

    assert probe.wait_for(second_run, "all pictures again") == pytest.approx(list(range(N)), abs=1)


def test_the_made_clip_is_published(start: Callable[..., Any], probe: Any) -> None:
    node = start(
        "camera", "-p", "source:=synthetic:1", "-p", "fps:=30.0", "-p", "width:=320", "-p", "height:=240"
    )
    node.wait_line("active")
    heard = probe.listen(Image, "/mer/image", image_qos())
    deadline = time.monotonic() + 30
    while len(heard) < 3:
        assert time.monotonic() < deadline, node.text
        time.sleep(0.02)
    assert (heard[0].width, heard[0].height, heard[0].encoding) == (320, 240, "bgr8")
    assert node.end() == 0 and "Traceback" not in node.text


class Webcam:
    """A live source that gives a few pictures and is then unplugged."""

    fps, live = 30.0, True
    opened = 0

    def __init__(self, spec: str, options: object) -> None:
        Webcam.opened += 1
        if Webcam.opened == 2:
            raise ConfigError("there is no camera at '/dev/video0'.")

    def frames(self) -> Iterator[tuple[int, np.ndarray]]:
        for i in range(5):
            time.sleep(0.01)
            yield i, np.zeros((48, 64, 3), np.uint8)

    def close(self) -> None:
        pass


@pytest.fixture
def webcam(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from mer_ros.nodes import camera
    from mer_ros.sources import playback

    Webcam.opened = 0
    monkeypatch.setattr(camera, "open_source", Webcam)
    monkeypatch.setattr(playback, "_RETRY_S", 0.2)
    node = camera.CameraNode()
    yield node
    node.end()
    node.destroy_node()


def test_fault_30_an_unplugged_webcam_is_an_error_and_is_opened_again(
    webcam: Any, wait_for: Callable[..., Any]
) -> None:
    webcam.trigger_configure()
    webcam.trigger_activate()
    told = wait_for(lambda: (health := webcam.health())[0] == b"\x02" and health[1], "an error")
    assert "gives no more pictures" in told
    wait_for(lambda: int(webcam.health()[2]["sent"]) >= 10, "pictures of the webcam that is back")
    assert Webcam.opened >= 3
    assert float(webcam.health()[2]["rate_hz"]) > 0 and webcam.health()[2]["ended"] == "false"


def test_a_source_that_breaks_off_is_an_error(
    webcam: Any, monkeypatch: pytest.MonkeyPatch, wait_for: Callable[..., Any]
) -> None:
    def breaks(self: object) -> Iterator[np.ndarray]:
        raise RuntimeError("a torn tape")
        yield

    monkeypatch.setattr(Webcam, "frames", breaks)
    webcam.trigger_configure()
    webcam.trigger_activate()
    wait_for(lambda: webcam.health()[2]["ended"] == "true", "the end")
    assert webcam.health()[:2] == (b"\x02", "the source broke off: RuntimeError: a torn tape")
