"""Names of recordings: URLs, folders of pictures, numbered pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from mer_ros.errors import ConfigError
from mer_ros.media.names import is_picture_sequence, is_url, numbered_pictures, refuse_url


def touch(folder: Path, *names: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).touch()
    return folder


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("rtsp://host/stream", True),
        ("http://host:80/a.mp4", True),
        ("file:///home/me/a.mp4", True),
        ("/films/a.mp4", False),
        ("12:30:05.mp4", False),
        ("a//b.mp4", False),
        ("", False),
    ],
)
def test_a_url_has_a_scheme(name: str, url: bool) -> None:
    assert is_url(name) is url


def test_a_url_is_refused_with_what_to_do() -> None:
    with pytest.raises(ConfigError, match="is a URL, .*: save the video as a file, or publish"):
        refuse_url("rtmp://host/live")


def test_pictures_of_a_folder_are_ordered_by_their_numbers(tmp_path: Path) -> None:
    folder = touch(
        tmp_path / "a", "img10.JPG", "img2.jpg", "img1.png", "notes.txt", ".img0.jpg", "._img1.png"
    )
    (folder / "img3.jpg").mkdir()
    assert [(n, p.name) for n, p in numbered_pictures(folder)] == [
        (0, "img1.png"),
        (1, "img2.jpg"),
        (2, "img10.JPG"),
    ]


def test_a_missing_picture_of_a_pattern_leaves_its_place_empty(tmp_path: Path) -> None:
    folder = touch(tmp_path / "a", "img098.jpg", "img099.jpg", "img101.jpg", "img7.jpg", "img100.png")
    found = numbered_pictures(folder / "img%03d.jpg")
    assert [(n, p.name) for n, p in found] == [(0, "img098.jpg"), (1, "img099.jpg"), (3, "img101.jpg")]
    assert [n for n, _ in numbered_pictures(folder / "img%d.jpg")] == [0, 91, 92, 94]


@pytest.mark.parametrize("name", ["a", "a/img%03d.jpg", "nowhere/img%d.png"])
def test_a_sequence_without_pictures_is_refused(name: str, tmp_path: Path) -> None:
    touch(tmp_path / "a", "notes.txt")
    with pytest.raises(ConfigError, match="give a video, a folder of pictures"):
        numbered_pictures(tmp_path / name)


def test_a_file_whose_name_looks_like_a_pattern_is_a_file(tmp_path: Path) -> None:
    touch(tmp_path, "speed %d.mp4")
    assert not is_picture_sequence(tmp_path / "speed %d.mp4")
    assert is_picture_sequence(tmp_path / "img%d.png") and is_picture_sequence(tmp_path)
    assert not is_picture_sequence(tmp_path / "missing.mp4")
