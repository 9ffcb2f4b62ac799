from __future__ import annotations

from dataclasses import replace

import pytest

from mer_ros.data.annotations.annotation import Annotation
from mer_ros.data.faults import Faults
from mer_ros.data.frames.folders import find_frames, interval_fault, pattern_fields
from mer_ros.data.frames.patterns import FramePattern
from mer_ros.data.notes import Notes

ONE = Annotation("a.xlsx", 2, "1", "c1", 3, 5, 6, "disgust")
RAW, CROPPED = (
    FramePattern("{subject:02}/{clip}/img{frame}.jpg"),
    FramePattern("{subject:02}/{clip}/reg{frame}.jpg"),
)


def write(folder, numbers, name="img{}.jpg"):
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / name.format(number)).touch()


def find(root, annotations=(ONE,), patterns=(RAW, CROPPED), **options):
    faults, notes = Faults(root), Notes()
    found = find_frames(root, list(annotations), list(patterns), faults, notes, **options)
    return found, faults.found, notes.sentences


def test_frames_from_onset_to_offset_in_the_order_of_their_numbers(tmp_path):
    write(tmp_path / "deep" / "RAW" / "01" / "c1", range(1, 12))
    [clip], faults, notes = find(tmp_path)
    assert faults == []
    assert [path.name for path in clip.paths] == ["img3.jpg", "img4.jpg", "img5.jpg", "img6.jpg"]
    assert (clip.numbers, clip.apex, clip.is_video) == (range(3, 7), 2, False)
    assert notes == ("The frames are those of '{subject:02}/{clip}/img{frame}.jpg' in 'deep/RAW'.",)


def test_the_pattern_that_fits_is_taken_and_the_first_of_two(tmp_path):
    write(tmp_path / "Cropped" / "01" / "c1", range(1, 12), "reg{}.jpg")
    assert find(tmp_path)[0][0].paths[0].name == "reg3.jpg"
    write(tmp_path / "RAW" / "01" / "c1", range(1, 12))
    assert find(tmp_path)[0][0].paths[0].name == "img3.jpg"
    given = FramePattern("Cropped/{subject:02}/{clip}/reg{frame}.jpg")
    assert find(tmp_path, patterns=[given], exact=True)[0][0].paths[0].name == "reg3.jpg"
    assert find(tmp_path, patterns=[CROPPED], exact=True)[0] == [None]


def test_missing_frames_and_folders_are_faults_with_file_and_row(tmp_path):
    write(tmp_path / "01" / "c1", [1, 2, 3, 6, 7])
    other = replace(ONE, row=3, clip="c2")
    empty = replace(ONE, row=4, clip="c3")
    (tmp_path / "01" / "c3").mkdir()
    found, faults, _ = find(tmp_path, [ONE, other, empty])
    assert found == [None] * 3
    assert faults == [
        "'a.xlsx', row 2: 1/c1: 2 frames are missing (4, 5) of 3 to 6: 'c1' has the frames 1 to 7",
        "'a.xlsx', row 3: 1/c2: there is no folder of frames '01/c2', or several match",
        "'a.xlsx', row 4: 1/c3: 'c3': it contains no frame",
    ]


def test_a_folder_without_any_frames_is_one_fault(tmp_path):
    _, faults, _ = find(tmp_path, [ONE, replace(ONE, row=3)])
    assert len(faults) == 1 and "there are no frames like" in faults[0] and "--layout" in faults[0]


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    write(tmp_path / "elsewhere", range(1, 12))
    (tmp_path / "set" / "01").mkdir(parents=True)
    (tmp_path / "set" / "01" / "c1").symlink_to(tmp_path / "elsewhere")
    assert find(tmp_path / "set")[1] == [
        "'a.xlsx', row 2: 1/c1: its frames in 'c1' are a link out of the folder"
    ]


def test_an_open_end_is_the_last_frame_of_the_folder(tmp_path):
    write(tmp_path / "01" / "c1", range(2, 9))
    assert find(tmp_path, [replace(ONE, offset=None)], open_ended=True)[0][0].numbers == range(3, 9)
    whole = replace(ONE, onset=None, offset=None, apex=None)
    [clip], _, _ = find(tmp_path, [whole], open_ended=True)
    assert (clip.numbers, clip.apex) == (range(2, 9), None)
    assert "offset is not given" in find(tmp_path, [replace(ONE, offset=None)])[1][0]


def test_a_wildcard_matches_one_folder(tmp_path):
    pattern = [FramePattern("s{folder}/{folder}_{code}*/img{frame}.jpg")]
    one = replace(ONE, extra={"folder": "15", "code": "0101"})
    write(tmp_path / "rawpic" / "s15" / "15_0101disgusting", range(1, 12))
    assert find(tmp_path, [one], pattern)[0][0].paths[0].parent.name == "15_0101disgusting"
    write(tmp_path / "rawpic" / "s15" / "15_0101again", range(1, 12))
    assert find(tmp_path, [one], pattern)[0] == [None]


def test_videos(tmp_path):
    (tmp_path / "01").mkdir()
    (tmp_path / "01" / "c1.avi").touch()
    [clip], _, _ = find(
        tmp_path, [ONE, replace(ONE, row=3, clip="c2")][:1], [RAW, FramePattern("{subject:02}/{clip}.avi")]
    )
    assert (clip.is_video, clip.numbers, clip.apex) == (True, range(3, 7), 2)


@pytest.mark.parametrize(
    ("frames", "fault"),
    [
        ((3, 5, 7), ""),
        ((3, None, 7), ""),
        ((3, 3, 7), ""),
        ((3, 8, 7), "apex 8 is outside onset 3 to offset 7"),
        ((3, 2, 7), "apex 2 is outside onset 3 to offset 7"),
        ((7, None, 7), "offset 7 is not after onset 7"),
        ((None, None, 7), "onset is not given"),
        ((1, None, None), "offset is not given"),
    ],
)
def test_what_is_wrong_with_an_interval(frames, fault):
    assert interval_fault(*frames) == fault


def test_fields_of_a_pattern():
    fields = pattern_fields(replace(ONE, extra={"label": "Disgust"}))
    assert fields == {"subject": "1", "clip": "c1", "label": "Disgust", "onset": "3"}


def test_a_video_may_have_more_in_its_name_and_only_one_may_match(tmp_path):
    pattern = FramePattern("{subject:02}/{clip}_*.avi")
    (tmp_path / "01").mkdir()
    (tmp_path / "01" / "c1_girl.avi").touch()
    [clip], faults, _ = find(tmp_path, patterns=[pattern])
    assert faults == [] and clip.place == tmp_path / "01" / "c1_girl.avi" and clip.is_video
    (tmp_path / "01" / "c1_boy.avi").touch()
    assert find(tmp_path, patterns=[pattern])[0] == [None]
