"""A webcam as a source, with a reader in place of the device."""

from __future__ import annotations

from pathlib import Path

import pytest

from mer_ros.errors import CameraAbsent, ConfigError
from mer_ros.media import webcam
from mer_ros.media.webcam_mode import WebcamMode
from mer_ros.sources.source import SourceOptions
from mer_ros.sources.source_spec import open_source


def test_it_requests_size_and_rate_and_is_live(
    tmp_path: Path, options: SourceOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []

    class Reader:
        mode = WebcamMode("MJPG", (320, 240), 30.0)

        def __init__(self, path: str, size_wh: tuple[int, int], fps: float) -> None:
            opened.append((path, size_wh, fps))

    monkeypatch.setattr(webcam, "WebcamReader", Reader)
    device = tmp_path / "video0"
    device.touch()
    source = open_source(f"device:{device}", options)
    assert opened == [(str(device), (320, 240), 100.0)]
    assert (source.fps, source.live) == (30.0, True)
    assert source.format == "320x240 at 30 frames per second in MJPG; 320x240 at 100 were requested"


def test_a_folder_is_not_a_camera(tmp_path: Path, options: SourceOptions) -> None:
    with pytest.raises(ConfigError, match="there is no camera at"):
        open_source(f"device:{tmp_path}", options)


def test_fault_94_a_device_that_does_not_exist_may_appear_and_a_file_that_cannot_be_read_too(
    tmp_path: Path, options: SourceOptions
) -> None:
    device = tmp_path / "video0"
    with pytest.raises(CameraAbsent, match="no camera at .* connect one, or give a video as file:PATH"):
        open_source(f"device:{device}", options)
    device.write_text("not ready yet")
    with pytest.raises(CameraAbsent, match="cannot be read: check your permission"):
        open_source(f"device:{device}", options)
