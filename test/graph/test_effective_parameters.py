"""The parameters of a node before its start are those of its declaration, the file and the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from mer_ros.errors import ConfigError
from mer_ros.graph.catalogue import NODES
from mer_ros.graph.effective_parameters import (
    check_source,
    effective,
    image_bytes,
    plays_recording,
    source_of,
)

CAMERA, TRACKER = NODES["camera"], NODES["face_tracker"]


def test_the_command_line_overrides_the_file_and_the_file_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("/mer/camera: {ros__parameters: {fps: 30.0, rate: 0.5}}\n")
    values = effective(CAMERA, "mer", str(path), {"rate": 2.0})
    assert (values["fps"], values["rate"], values["width"]) == (30.0, 2.0, 640)
    assert effective(CAMERA, "other", str(path), {})["fps"] == 0.0
    assert set(effective(CAMERA, "mer", "", {})) == {p.name for p in CAMERA.parameters}


@pytest.mark.parametrize(
    ("node", "given", "source", "ends"),
    [
        ("camera", {}, ("synthetic", "1"), True),
        ("camera", {"source": "device:0"}, ("device", "/dev/video0"), False),
        ("face_tracker", {"camera": "a/b.mp4"}, ("file", "a/b.mp4"), True),
        ("face_tracker", {}, None, False),
        ("classifier", {}, None, False),
    ],
)
def test_a_recording_ends(
    node: str, given: dict[str, str], source: tuple[str, str] | None, ends: bool
) -> None:
    values = effective(NODES[node], "mer", "", given)
    assert source_of(NODES[node], values) == source
    assert plays_recording(NODES[node], values) is ends


def test_the_size_of_images_is_known_before_the_start_if_the_source_can_be_read() -> None:
    values = effective(CAMERA, "mer", "", {"width": 1920, "height": 1080})
    assert image_bytes(CAMERA, values) == 1920 * 1080 * 3
    missing = effective(CAMERA, "mer", "", {"source": "/no/such.mp4"})
    assert image_bytes(CAMERA, missing) == image_bytes(TRACKER, effective(TRACKER, "mer", "", {})) == 0
    with pytest.raises(ConfigError, match="'/no/such.mp4' does not exist"):
        check_source(CAMERA, missing)


def test_text_that_names_no_source_is_refused() -> None:
    with pytest.raises(ConfigError, match="'webcam' is neither a camera nor an existing file"):
        source_of(TRACKER, effective(TRACKER, "mer", "", {"camera": "webcam"}))
