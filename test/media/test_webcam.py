"""Webcams, read with OpenCV."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import pytest

from mer_ros.errors import ConfigError
from mer_ros.media.webcam import WebcamReader


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], dict[int, float]]:
    """Replace the webcam of OpenCV with one that reports a rate; the settings requested from it."""

    def plug_in(reported_fps: float) -> dict[int, float]:
        requested: dict[int, float] = {}

        class Device:
            def __init__(self, path: str) -> None:
                self.path = path

            def set(self, key: int, value: float) -> None:
                requested[key] = value

            def get(self, key: int) -> float:
                return reported_fps

            def isOpened(self) -> bool:  # noqa: N802  OpenCV's name
                return self.path == "/dev/video0"

            def read(self) -> tuple[bool, Any]:
                return False, None

        monkeypatch.setattr(cv2, "VideoCapture", Device)
        return requested

    return plug_in


@pytest.mark.parametrize(("reported", "fps"), [(60.0, 60.0), (0.0, 30.0), (-1.0, 30.0), (float("nan"), 30.0)])
def test_size_and_rate_are_requested_and_a_reported_rate_is_used(
    device: Callable[[float], dict[int, float]], reported: float, fps: float
) -> None:
    requested = device(reported)
    reader = WebcamReader("/dev/video0", (640, 480), 30.0)
    assert requested == {
        cv2.CAP_PROP_FRAME_WIDTH: 640,
        cv2.CAP_PROP_FRAME_HEIGHT: 480,
        cv2.CAP_PROP_FPS: 30.0,
    }
    assert reader.fps == fps
    assert list(reader.timed_frames()) == []
    assert cv2.CAP_PROP_POS_FRAMES not in requested, "a webcam cannot be rewound"


def test_a_webcam_that_does_not_open_is_refused(device: Callable[[float], dict[int, float]]) -> None:
    device(30.0)
    with pytest.raises(ConfigError, match="the camera '/dev/video1' cannot be read"):
        WebcamReader("/dev/video1", (640, 480), 30.0)
