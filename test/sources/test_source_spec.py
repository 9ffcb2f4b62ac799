"""How a camera may be written in a parameter."""

from __future__ import annotations

from pathlib import Path

import pytest

from mer_ros.errors import ConfigError
from mer_ros.sources import source_spec


@pytest.mark.parametrize(
    ("spec", "kind", "name"),
    [
        ("device:/dev/video0", "device", "/dev/video0"),
        ("/dev/video0", "device", "/dev/video0"),
        ("device:0", "device", "/dev/video0"),
        ("/dev/v4l/by-id/usb-cam", "device", "/dev/v4l/by-id/usb-cam"),
        ("file:/films/a:b.mp4", "file", "/films/a:b.mp4"),
        ("/films/a.mp4", "file", "/films/a.mp4"),
        ("films/a.mp4", "file", "films/a.mp4"),
        ("synthetic:7", "synthetic", "7"),
    ],
)
def test_a_camera_is_named_by_kind_or_by_its_path_alone(spec: str, kind: str, name: str) -> None:
    assert source_spec.read(spec) == (kind, name)


def test_a_bare_name_is_a_file_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=r"'a.mp4' is no kind of camera and no file here: use device:PATH"):
        source_spec.read("a.mp4")
    Path("a.mp4").touch()
    assert source_spec.read("a.mp4") == ("file", "a.mp4")


@pytest.mark.parametrize("spec", ["rtsp://host/cam", "dev:/dev/video0", "Device:/dev/video0", "webcam", ""])
def test_another_kind_is_refused_by_its_name_and_not_taken_for_a_file(spec: str) -> None:
    with pytest.raises(ConfigError, match=f"^'{spec}' is no kind of camera and no file here: use "):
        source_spec.read(spec)
