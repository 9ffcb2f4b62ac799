from __future__ import annotations

import pytest

from mer_ros.analysis.recordings import named_recordings, unread_pictures
from mer_ros.errors import ConfigError


def touch(folder, *names):
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_bytes(b"x")
    return folder


def test_every_video_of_a_folder_is_a_recording_in_natural_order(tmp_path):
    folder = touch(tmp_path / "a", "clip10.mp4", "clip2.AVI", "notes.txt", ".hidden.mp4")
    found = named_recordings([str(folder)])
    assert [one.name for one in found] == ["clip2.AVI", "clip10.mp4"]
    assert [one.folder for one in found] == ["clip2", "clip10"]


@pytest.mark.parametrize("name", ["1.png", "metadata.yaml"])
def test_a_folder_of_pictures_or_of_ros_is_one_recording(tmp_path, name):
    folder = touch(tmp_path / "a b", name)
    (one,) = named_recordings([str(folder)])
    assert one == (str(folder), "a b", "a_b")


def test_every_bag_of_a_folder_is_a_recording_too(tmp_path):
    folder = touch(tmp_path / "a", "run_10.bag", "run_2.mcap", "clip.mp4", "poster.png")
    touch(folder / "run_3", "metadata.yaml")
    touch(folder / "pictures", "1.png")
    found = named_recordings([str(folder)])
    assert [one.name for one in found] == ["clip.mp4", "run_2.mcap", "run_3", "run_10.bag"]


def test_pictures_beside_recordings_are_counted(tmp_path):
    first = touch(tmp_path / "a", "clip.mp4", "1.png", "2.JPG", ".hidden.png", "notes.txt")
    second = touch(tmp_path / "b", "run.bag", "poster.png")
    assert unread_pictures([str(second)]) == (
        f"1 picture beside the videos or bags in '{second}' is not read: move those of one recording into a "
        "folder of their own."
    )
    both = unread_pictures([str(first), str(second), f"{first}/"])
    assert both.startswith("3 pictures beside the videos or bags in ") and f"and '{second}' are not" in both


@pytest.mark.parametrize("names", [("1.png",), ("clip.mp4",), ("metadata.yaml", "clip.mp4", "1.png")])
def test_no_picture_is_counted_where_all_are_read_or_there_is_none(tmp_path, names):
    folder = touch(tmp_path / "a", *names)
    assert unread_pictures([str(folder), "synthetic:1", str(folder / "clip.mp4")]) == ""


def test_a_topic_of_a_bag_is_named_with_its_bag(tmp_path):
    bag = touch(tmp_path / "run_1.5", "metadata.yaml")
    left, right = named_recordings([f"{bag}:/left/image_raw", f"bag:{bag}:/right/image_raw"])
    assert left == (f"{bag}:/left/image_raw", "run_1.5:/left/image_raw", "run_1_left_image_raw")
    assert right[1:] == ("run_1.5:/right/image_raw", "run_1_right_image_raw")


def test_each_recording_is_listed_once_and_has_a_folder_of_its_own(tmp_path):
    first, second = (touch(tmp_path / name, "Clip.mp4", "clip.mov") for name in "ab")
    found = named_recordings([str(first), str(second / "Clip.mp4"), str(first / "Clip.mp4")])
    assert len(found) == 3
    assert len({one.folder.lower() for one in found}) == 3 and found[0].folder == "Clip"


def test_a_name_of_other_letters_is_a_folder(tmp_path):
    touch(tmp_path, "Größe (1): 50%.mp4")
    (one,) = named_recordings([str(tmp_path)])
    assert one.folder == "Größe_1_50" and one.name == "Größe (1): 50%.mp4"


def test_a_synthetic_clip_has_its_seed_in_its_name():
    assert named_recordings(["synthetic:3"])[0][1:] == ("synthetic:3", "synthetic_3")


@pytest.mark.parametrize(("text", "message"), [("/dev/video0", "has no end"), ("http://x/y.mp4", "is a URL")])
def test_cameras_and_urls_are_refused(text, message):
    with pytest.raises(ConfigError, match=message):
        named_recordings([text])


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="contains neither videos, bags nor pictures"):
        named_recordings([str(tmp_path)])


@pytest.mark.parametrize(
    "text",
    [
        "missing.mp4",
        "missing.mcap",
        "missing",
        "webcam",
        "missing/clip.mp4",
        "./missing.mp4",
        "~/missing/clip.mp4",
        "file:missing.mp4",
        "bag:missing",
        "missing/run:/camera/image_raw",
        "bag:missing/run:/camera/image_raw",
    ],
)
def test_what_does_not_exist_is_named_without_the_cameras(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(ConfigError) as raised:
        named_recordings([text])
    assert str(raised.value) == f"'{text}' does not exist: give an existing video, bag or folder."
