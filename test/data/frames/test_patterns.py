from __future__ import annotations

import pytest

from mer_ros.data.frames.patterns import FramePattern, filled
from mer_ros.errors import ConfigError

FIELDS = {"subject": "6", "clip": "006_1_2"}
SAMM = FramePattern("{subject:03}/{clip}/{subject:03}_{frame}.jpg")


def test_folder_and_number_of_a_frame():
    assert SAMM.folder(FIELDS) == "006/006_1_2"
    assert SAMM.number("006_05562.jpg", FIELDS) == 5562
    assert SAMM.number("006_1.PNG", FIELDS) == 1  # frames converted to another format
    for other in ("007_05562.jpg", "006_x.jpg", "006_05562.txt", "x006_05562.jpg", "006_05562.jpg.part"):
        assert SAMM.number(other, FIELDS) is None


def test_letters_of_a_name_have_no_meaning_in_an_expression():
    pattern = FramePattern("a/{clip}({frame}).jpg")
    assert (
        pattern.number("c.d(7).jpg", {"clip": "c.d"}) == 7
        and pattern.number("cxd(7).jpg", {"clip": "c.d"}) is None
    )


def test_frames_of_a_folder(tmp_path):
    for name in ("img1.jpg", "img010.jpg", "Thumbs.db", "img.jpg"):
        (tmp_path / name).touch()
    pattern = FramePattern("x/img{frame}.jpg")
    assert pattern.frames(tmp_path, {}) == ({1: tmp_path / "img1.jpg", 10: tmp_path / "img010.jpg"}, "")
    (tmp_path / "img01.png").touch()
    assert pattern.frames(tmp_path, {}) == ({}, "frame 1 is there twice ('img01.png', 'img1.jpg'): keep one")


def test_a_pattern_without_frame_names_a_video():
    video = FramePattern("sub{subject:02}/{clip}.avi")
    assert video.is_video and not SAMM.is_video
    assert (video.folder(FIELDS), video.file(FIELDS)) == ("sub06", "006_1_2.avi")


@pytest.mark.parametrize(
    "text",
    [
        "../{clip}/{frame}.jpg",
        "/data/{frame}.jpg",
        "{frame}/a.jpg",
        "{who}/{frame}.jpg",
        "a/{frame",
        "a\\{frame}",
        "a/",
        "",
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused(text):
    with pytest.raises(ConfigError, match="cannot be used"):
        FramePattern(text)


def test_text_is_not_padded():
    assert filled("{subject:02}", {"subject": "spNO.1"}) == "spNO.1" and filled("{clip}", {}) == ""
