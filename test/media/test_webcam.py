"""Webcams, read with OpenCV: a pixel format that reaches the requested rate; devices that do not open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from mer_ros.errors import CameraAbsent
from mer_ros.media.webcam import WebcamReader
from mer_ros.media.webcam_mode import WebcamMode

VGA = (640, 480)


class Camera:
    """In place of ``cv2.VideoCapture``: a camera behaves as Video4Linux specifies, since no device is here.

    rates: highest rate by pixel format and size; the first format is the default one. Another format, or
    another size, resets the rate to the lowest of the driver, and a size that a format lacks is not taken
    (VIDIOC_S_FMT and VIDIOC_S_PARM of the Linux media subsystem).
    """

    def __init__(self, rates: dict[str, dict[tuple[int, int], float]], reported_fps: float | None) -> None:
        self._rates, self._reported = rates, reported_fps
        self._format = next(iter(rates))
        self._size = next(iter(rates[self._format]))
        self._wanted = list(self._size)
        self._fps = 5.0

    def set(self, key: int, value: float) -> bool:
        if key == cv2.CAP_PROP_FPS:
            self._fps = min(value, self._rates[self._format][self._size])
            return True
        if key == cv2.CAP_PROP_FOURCC:
            name = int(value).to_bytes(4, "little").decode()
            if name not in self._rates:
                return False
            self._format = name
        elif key == cv2.CAP_PROP_FRAME_WIDTH:
            self._wanted[0] = int(value)
        elif key == cv2.CAP_PROP_FRAME_HEIGHT:
            self._wanted[1] = int(value)
        size = (self._wanted[0], self._wanted[1])
        offered = self._rates[self._format]
        self._size = size if size in offered else next(iter(offered))
        self._fps = 5.0
        return True

    def get(self, key: int) -> float:
        if key == cv2.CAP_PROP_FOURCC:
            return float(int.from_bytes(self._format.encode(), "little"))
        if key == cv2.CAP_PROP_FPS:
            return self._fps if self._reported is None else self._reported
        return float(self._size[0 if key == cv2.CAP_PROP_FRAME_WIDTH else 1])

    def isOpened(self) -> bool:  # noqa: N802  OpenCV's name
        return True

    def read(self) -> tuple[bool, Any]:
        return False, None


@pytest.fixture
def plug_in(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Camera]:
    """``plug_in(rates, reported_fps)``: a ``Camera`` that every path opens."""

    def plug(rates: dict[str, dict[tuple[int, int], float]], reported_fps: float | None = None) -> Camera:
        camera = Camera(rates, reported_fps)
        monkeypatch.setattr(cv2, "VideoCapture", lambda *_: camera)
        return camera

    return plug


USB2 = {"YUYV": {VGA: 30.0, (320, 240): 30.0}, "MJPG": {VGA: 120.0, (1280, 720): 60.0}}


@pytest.mark.parametrize(
    ("size_wh", "fps", "obtained"),
    [
        (VGA, 30.0, WebcamMode("YUYV", VGA, 30.0)),
        (VGA, 60.0, WebcamMode("MJPG", VGA, 60.0)),
        (VGA, 200.0, WebcamMode("MJPG", VGA, 120.0)),
        ((1280, 720), 30.0, WebcamMode("MJPG", (1280, 720), 30.0)),
        ((320, 240), 60.0, WebcamMode("YUYV", (320, 240), 30.0)),  # MJPG lacks the size
    ],
)
def test_mjpg_is_used_where_the_format_of_the_driver_is_too_slow_or_too_small(
    size_wh: tuple[int, int], fps: float, obtained: WebcamMode, plug_in: Callable[..., Camera]
) -> None:
    plug_in(USB2)
    assert WebcamReader("/dev/video0", size_wh, fps).mode == obtained


def test_a_camera_without_mjpg_keeps_its_format(plug_in: Callable[..., Camera]) -> None:
    plug_in({"GREY": {VGA: 90.0}})
    reader = WebcamReader("/dev/video0", VGA, 200.0)
    assert reader.mode == WebcamMode("GREY", VGA, 90.0) and list(reader.timed_frames()) == []


@pytest.mark.parametrize("reported", [0.0, -1.0, float("nan")])
def test_where_the_driver_reports_no_rate_the_requested_one_counts(
    reported: float, plug_in: Callable[..., Camera]
) -> None:
    plug_in(USB2, reported)
    assert WebcamReader("/dev/video0", VGA, 60.0).mode == WebcamMode("YUYV", VGA, 60.0)


@pytest.mark.parametrize("path", ["/dev/null", "file"])
def test_a_device_that_opencv_cannot_open_may_be_opened_later_and_opencv_prints_nothing(
    path: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("no images")
    device = path if path.startswith("/dev") else str(tmp_path / path)
    before = cv2.getLogLevel()
    with pytest.raises(CameraAbsent, match=f"the camera '{device}' cannot be read"):
        WebcamReader(device, VGA, 30.0)
    assert capfd.readouterr() == ("", "") and cv2.getLogLevel() == before


def test_the_frames_of_a_file_of_opencv_are_read_until_its_end(tmp_path: Path) -> None:
    path = str(tmp_path / "clip.avi")
    writer = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"MJPG"), 50.0, (64, 48))
    for i in range(5):
        writer.write(np.full((48, 64, 3), 40 * i, np.uint8))
    writer.release()
    reader = WebcamReader(path, VGA, 30.0)
    assert reader.mode == WebcamMode("MJPG", (64, 48), 50.0)
    frames = list(reader.timed_frames())
    assert [round(float(image.mean()) / 40) for _, image in frames] == [0, 1, 2, 3, 4]
    assert all(b > a for (a, _), (b, _) in zip(frames, frames[1:]))
    reader.close()
