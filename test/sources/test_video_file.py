"""A video file as a source."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from mer_ros.errors import ConfigError
from mer_ros.sources.source import SourceOptions
from mer_ros.sources.source_spec import open_source


@pytest.mark.parametrize("prefix", ["file:", ""])
def test_a_file_yields_all_its_frames_at_its_rate(
    prefix: str, tmp_path: Path, options: SourceOptions
) -> None:
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 25.0, (64, 48))
    for i in range(10):
        writer.write(np.full((48, 64, 3), 20 * i, np.uint8))
    writer.release()
    source = open_source(f"{prefix}{path}", options)
    frames = list(source.frames())
    assert [i for i, _ in frames] == list(range(10))
    source.close()
    assert (source.fps, source.live) == (25.0, False)
    assert abs(int(frames[7][1].mean()) - 140) < 4


def test_a_file_that_is_not_a_video_is_one_sentence(tmp_path: Path, options: SourceOptions) -> None:
    path = tmp_path / "notes.mp4"
    path.write_text("these are notes")
    with pytest.raises(ConfigError, match="cannot be read as video"):
        open_source(f"file:{path}", options)
