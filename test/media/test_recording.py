"""One interface for video files and pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.recording_files import number_of, write_pictures, write_video
from mer_ros.errors import ConfigError
from mer_ros.media import open_recording


def test_videos_and_pictures_are_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write_video(tmp_path / "clip.mp4", "libx264", range(6))
    write_pictures(tmp_path / "frames", 6)
    for name, fps in (("~/clip.mp4", 0.0), ("~/frames", 30.0), ("~/frames/img%03d.png", 30.0)):
        recording = open_recording(name, fps)
        frames = list(recording.timed_frames())
        assert [number_of(image) for _, image in frames] == list(range(6))
        assert [t for t, _ in frames] == pytest.approx([i * 1e9 / 30 for i in range(6)], abs=1)
        assert (recording.fps, recording.warnings) == (pytest.approx(30.0), [])


@pytest.mark.parametrize(
    ("name", "words"),
    [("/no/such.mp4", "does not exist"), ("rtsp://host/a", "is a URL"), ("/", "contains no picture")],
)
def test_what_is_no_recording_is_refused(name: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        open_recording(name, 30.0)
