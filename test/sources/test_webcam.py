"""A webcam as a source, with a reader in place of the device."""

from __future__ import annotations

from pathlib import Path

import pytest

from mer_ros.errors import ConfigError
from mer_ros.media import webcam
from mer_ros.sources.source import SourceOptions
from mer_ros.sources.source_spec import open_source


def test_it_requests_size_and_rate_and_is_live(
    tmp_path: Path, options: SourceOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []

    class Reader:
        fps = 30.0

        def __init__(self, path: str, size_wh: tuple[int, int], fps: float) -> None:
            opened.append((path, size_wh, fps))

    monkeypatch.setattr(webcam, "WebcamReader", Reader)
    device = tmp_path / "video0"
    device.touch()
    source = open_source(f"device:{device}", options)
    assert opened == [(str(device), (320, 240), 100.0)]
    assert (source.fps, source.live) == (30.0, True)


def test_a_folder_is_not_a_camera(tmp_path: Path, options: SourceOptions) -> None:
    with pytest.raises(ConfigError, match="there is no camera at"):
        open_source(f"device:{tmp_path}", options)
