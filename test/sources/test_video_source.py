"""Sources for the camera node."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from mer_ros.errors import ConfigError, DataError
from mer_ros.sources.video_source import SourceOptions, open_source

OPTIONS = SourceOptions(fps=100.0, size_wh=(320, 240), n_events=7)


def test_a_video_file_gives_all_its_frames_at_its_own_rate(tmp_path: Path) -> None:
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 25.0, (64, 48))
    for i in range(10):
        writer.write(np.full((48, 64, 3), 20 * i, np.uint8))
    writer.release()
    source = open_source(f"file:{path}", OPTIONS)
    placed = list(source.frames())
    frames = [image for _, image in placed]
    assert [i for i, _ in placed] == list(range(10))
    source.close()
    assert (source.fps, len(frames)) == (25.0, 10)
    assert abs(int(frames[7].mean()) - 140) < 4


def test_the_made_clip_has_the_size_and_rate_asked_for() -> None:
    source = open_source("synthetic:3", OPTIONS)
    place, first = next(iter(source.frames()))
    assert place == 0 and first.shape == (240, 320, 3) and first.dtype == np.uint8
    assert source.fps == 100.0


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
        ("webcam", "no kind of camera and no file here"),
        ("", "no kind of camera and no file here"),
    ],
)
def test_what_cannot_be_opened_is_one_sentence(spec: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        open_source(spec, OPTIONS)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_video_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_text("these are notes")
    with pytest.raises(ConfigError, match="cannot be read as video"):
        open_source(f"file:{path}", OPTIONS)


def test_an_everyday_clip_leaves_out_the_places_of_lost_frames() -> None:
    source = open_source("synthetic:3", replace(OPTIONS, fps=30.0, conditions="everyday"))
    places = [i for i, _ in itertools.islice(source.frames(), 300)]
    assert places == sorted(set(places)) and places[-1] > 299


def test_a_photograph_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        open_source("synthetic:3", replace(OPTIONS, photo=str(tmp_path / "me.jpg")))
