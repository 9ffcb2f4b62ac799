"""The notations of a source in a parameter, and how it is opened."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mer_ros.errors import ConfigError
from mer_ros.sources import source_spec
from mer_ros.sources.source import SourceOptions
from mer_ros.sources.source_spec import open_source


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
def test_a_source_is_named_by_kind_or_by_its_path_alone(spec: str, kind: str, name: str) -> None:
    assert source_spec.parse(spec) == (kind, name)


def test_a_bare_name_is_a_file_where_there_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        ConfigError, match=r"'a.mp4' is neither a camera nor an existing file: use device:PATH"
    ):
        source_spec.parse("a.mp4")
    Path("a.mp4").touch()
    assert source_spec.parse("a.mp4") == ("file", "a.mp4")


@pytest.mark.parametrize("spec", ["dev:/dev/video0", "Device:/dev/video0", "webcam", ""])
def test_an_unknown_kind_is_refused_by_name_and_is_not_taken_for_a_file(spec: str) -> None:
    with pytest.raises(ConfigError, match=f"^'{spec}' is neither a camera nor an existing file: use "):
        source_spec.parse(spec)


@pytest.mark.parametrize(
    ("spec", "form"),
    [("synthetic", "synthetic:SEED"), ("file", "file:PATH"), ("device", "device:PATH or device:NUMBER")],
)
def test_a_kind_alone_is_incomplete_unless_a_file_has_its_name(
    spec: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=f"^'{spec}' is incomplete: use {form}.$"):
        source_spec.parse(spec)
    Path(spec).touch()
    assert source_spec.parse(spec) == ("file", spec)


@pytest.mark.parametrize("spec", ["rtsp://host/cam", "https://host/a.mp4", "file:http://host/a.mp4"])
def test_fault_90_a_url_is_refused_in_one_sentence(spec: str, options: SourceOptions) -> None:
    with pytest.raises(ConfigError, match=r"is a URL, and only files and cameras of this machine are read"):
        open_source(spec, options)


def test_the_refusal_lists_every_form() -> None:
    with pytest.raises(ConfigError) as caught:
        source_spec.parse("webcam")
    assert str(caught.value).endswith(
        ": use device:PATH, device:NUMBER, bag:PATH, file:PATH, the path alone, or, for the camera node, "
        "synthetic:SEED."
    )


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("file:/no/such/video.mp4", "does not exist"),
        ("/no/such/video.mp4", "does not exist"),
        ("device:/dev/video987", "no camera at"),
        ("/dev/video987", "no camera at"),
        ("device:987", "no camera at '/dev/video987'"),
        ("device:", "no camera at"),
        ("synthetic:first", "whole number"),
        ("webcam", "neither a camera nor an existing file"),
        ("", "neither a camera nor an existing file"),
    ],
)
def test_a_source_that_cannot_be_opened_is_one_sentence(
    spec: str, words: str, options: SourceOptions
) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        open_source(spec, options)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("missing", ["numpy", "cv2", "mediapipe", "torch"])
def test_a_spec_is_read_and_checked_by_the_standard_library_alone(missing: str) -> None:
    script = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        "from mer_ros.sources import SOURCES\n"
        "from mer_ros.sources.source_spec import forms_of, parse\n"
        "for spec in ('synthetic:1', 'device:0', '/dev/null', 'a/b.mp4'):\n"
        "    kind, name = parse(spec)\n"
        "SOURCES.get('synthetic').check('1')\n"
        "assert forms_of(direct=False) == ('synthetic:SEED',)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stderr
