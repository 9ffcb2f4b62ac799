"""A source is read before any node starts, if necessary in the Python of the nodes."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from mer_ros.errors import ConfigError, PackageError
from mer_ros.graph import source_probe
from mer_ros.sources.source import SourceOptions

FPS = SourceOptions(fps=30.0)


@pytest.fixture
def pictures(tmp_path: Path) -> str:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("a.png", "b.png"):
        cv2.imwrite(str(folder / name), np.zeros((48, 64, 3), np.uint8))
    return str(folder)


def test_the_size_is_that_of_the_first_picture_or_the_requested_one(pictures: str) -> None:
    assert source_probe.image_size("file", pictures, FPS) == (64, 48)
    wide = SourceOptions(size_wh=(1920, 1080))
    assert source_probe.image_size("synthetic", "1", wide) == (1920, 1080)
    assert source_probe.image_size("device", "/dev/video7", wide) == (1920, 1080)


def test_a_recording_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"'{tmp_path}' contains no picture"):
        source_probe.image_size("file", str(tmp_path), FPS)


def test_a_python_that_lacks_packages_asks_that_of_the_nodes(
    pictures: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def lacks(*_: object) -> str:
        raise PackageError("cannot import av: install it.")

    monkeypatch.setattr(source_probe, "probe", lacks)
    monkeypatch.setenv("AMENT_PREFIX_PATH", str(tmp_path / "none"))
    source_probe._probed.cache_clear()
    assert source_probe.image_size("file", pictures, FPS) is None
    program = tmp_path / "lib" / "mer_ros" / "face_tracker"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!{sys.executable}\nimport sys\n")
    monkeypatch.setenv("AMENT_PREFIX_PATH", str(tmp_path))
    source_probe._probed.cache_clear()
    assert source_probe.image_size("file", pictures, FPS) == (64, 48)
    with pytest.raises(ConfigError, match="does not exist"):
        source_probe.image_size("file", "/no/such.mp4", FPS)


def test_a_python_that_fails_leaves_the_size_open(pictures: str) -> None:
    assert json.loads(source_probe.probe_in("/no/such/python", "file", pictures, FPS)) == {"size": None}
