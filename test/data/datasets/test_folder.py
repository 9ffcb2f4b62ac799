from __future__ import annotations

import cv2
import pytest
from recorded_faces import FRAMES, expression, write_frames

from mer_ros.data.datasets.folder import FRAME_SET, LABELS
from mer_ros.data.datasets.frame_set import read_annotations
from mer_ros.errors import ConfigError, DataError
from mer_ros.media.video_writer import VideoWriter

NAMES = [f"img{i}.jpg" for i in range(FRAMES)]  # img10 would follow img9


def write_clip(path, subject, number=0):
    """Seven frames: a folder of pictures, or a video at 50 frames per second."""
    if path.suffix:
        path.parent.mkdir(parents=True, exist_ok=True)
        with VideoWriter(path) as writer:
            for i, frame in enumerate(expression(subject, number)):
                writer.add(20_000_000 * i, frame)
    else:
        write_frames(path, NAMES, subject, number)


def touch(root, *names):
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def annotated(root):
    """(subject, label, clip) of each clip, and the faults; no picture is opened."""
    found = read_annotations(FRAME_SET, root)
    return [(one.subject, one.label, one.clip) for one in found.good], found.faults.found


def faults(open_set, root, **options):
    """The lines of the error, without the head."""
    with pytest.raises(DataError) as raised:
        open_set("folder", root, **options)
    return str(raised.value).split("\n  ")[1:]


def test_folders_of_pictures_and_videos_are_clips_with_the_names_of_their_path(open_set, tmp_path):
    root = tmp_path / "posed"
    write_clip(root / "Happy" / "anna_01", 0)
    write_clip(root / "Happy" / "ben_01.mp4", 1)
    write_clip(root / "anger" / "anna_02", 0, 1)
    touch(root, "readme.txt", "anger/.hidden/1.jpg", "__MACOSX/anger/x_1.mp4", "anger/anna_02/._img0.jpg")
    clips = open_set("folder", root)
    assert clips.samples.tolist() == ["anna_01", "ben_01", "anna_02"]
    assert clips.subjects.tolist() == ["anna", "ben", "anna"] and set(clips.datasets) == {"posed"}
    assert [clips.labels[i] for i in clips.truth] == ["happiness", "happiness", "anger"]
    assert [len(crops) for crops in clips.crops] == [FRAMES] * 3 and clips.flow.shape == (3, 2, 128, 128)
    said = " ".join(clips.notes)
    assert "3 clips have the start of the clip name as subject ('Happy/anna_01': anna, " in said
    assert "2 clips are folders of pictures, whose frame rate is not known and taken to be 30" in said
    assert "The apex of 3 of 3 clips was estimated" in said and "at 30 or 50 frames per second" in said
    assert "1 file is neither picture nor video and not read ('readme.txt')." in said


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (("anger/S01-02-003/1.jpg", "sad/S02.7/1.jpg"), [("S01", "S01-02-003"), ("S02", "S02.7")]),
        (("P1/Anger/1.jpg", "P2/Surprised/1.jpg"), [("P1", "Anger"), ("P2", "Surprised")]),
        (("P1/anger/1/1.jpg", "P2/fear/1/1.jpg"), [("P1", "anger_1"), ("P2", "fear_1")]),
        (("anger/P2/a/1.jpg", "anger/P10/a/1.jpg"), [("P2", "anger_a"), ("P10", "anger_a")]),
        (("anger/P1/anger/1.jpg", "fear/P1/x/1.jpg"), [("P1", "anger_anger"), ("P1", "fear_x")]),
    ],
)
def test_every_layout_says_label_and_person(tmp_path, paths, expected):
    touch(tmp_path, *paths)
    found, wrong = annotated(tmp_path)
    assert wrong == [] and [(subject, clip) for subject, _, clip in found] == expected
    assert {label for _, label, _ in found} <= set(LABELS)


@pytest.mark.parametrize(
    ("paths", "says"),
    [
        ((), "there are no clips: give a folder with folders of pictures, or videos, as LABEL/CLIP"),
        (("readme.txt",), "there are no clips"),
        (("joy/anna_1/1.jpg",), "'joy/anna_1': one folder of its path must be a label (happiness, "),
        (("joy/anna_1/1.jpg",), "found none: rename a folder"),
        (("anger/fear/anna_1/1.jpg",), "found anger and fear: rename a folder"),
        (("anger/1.jpg", "anger/2.jpg"), "'anger': a label without a clip: give each clip"),
        (("1.jpg",), "'.': one folder of its path must be a label"),
        (("anger/1.jpg", "anger/anna_1/1.jpg"), "'anger': it has pictures beside folders"),
        (("anger/clip7/1.jpg",), "'anger/clip7': its person is not known: begin its name with the person"),
        (("anger/anger_1/1.jpg",), "its name begins with the label 'anger' instead of the person"),
        (("train/anger/x_1/1.jpg",), "'train' is a part of a split and no person"),
        (("all/P1/anger/1/1.jpg",), "its path has more folders than LABEL/CLIP"),
        (("anger/a_1.mp4", "anger/a_1/1.jpg"), "'anger/a_1' has the same name: keep one of them"),
        (("anger/a_1.mp4",), "'anger/a_1.mp4': "),
        (
            ("P1/anger/1.jpg", "P01/fear/1.jpg"),
            "subjects 'P1' and 'P01' of 'folder' may be one person or two",
        ),
    ],
)
def test_a_path_that_says_no_label_or_person_is_a_fault(tmp_path, paths, says):
    touch(tmp_path, *paths)
    found, wrong = annotated(tmp_path)
    assert any(says in line for line in wrong), wrong
    assert all("\n" not in line for line in wrong)


def test_all_faults_of_the_frames_are_listed_and_nothing_is_measured(open_set, tmp_path):
    root = tmp_path / "posed"
    write_clip(root / "anger" / "anna_1", 0)
    touch(root, "fear/ben_1/1.jpg", "fear/ben_2/1.jpg", "fear/ben_2/2.png", "fear/ben_3.avi")
    cv2.imwrite(str(tmp_path / "outside.jpg"), expression(0, 0)[0])
    (root / "fear" / "ben_4").symlink_to(tmp_path)
    (root / "fear" / "ben_5").mkdir()
    (root / "fear" / "ben_5" / "1.jpg").symlink_to(tmp_path / "outside.jpg")
    (root / "fear" / "anna").symlink_to(root / "anger")
    (root / "fear" / "ben_6").symlink_to(root / "fear" / "ben_6")
    (root / "fear" / "ben_7.avi").symlink_to(root / "fear" / "missing.avi")
    lines = faults(open_set, root)
    assert {f"'fear/{name}': it is a link to nothing" for name in ("ben_6", "ben_7.avi")} < set(lines)
    assert "'fear/ben_4': it is a link that leads out of the folder" in lines
    assert "'fear/ben_5/1.jpg': it is a link that leads out of the folder" in lines
    assert any(line.startswith("'fear/ben_1': it has one frame, and movement needs two: ") for line in lines)
    assert "'fear/ben_2': its pictures end with .jpg and .png: keep one kind" in lines
    assert any(line.startswith("'fear/ben_3.avi': ") for line in lines) and len(lines) == 7


def test_sets_of_one_person_or_label_are_refused(open_set, tmp_path):
    touch(tmp_path, *(f"anger/clip_{i}/{k}.jpg" for i in (1, 2) for k in (1, 2)))
    lines = faults(open_set, tmp_path)
    assert "every clip has the label 'anger', two classes are needed" in lines
    assert "every clip is of subject 'clip', two subjects are needed" in lines


def test_sets_of_classes(tmp_path):
    assert FRAME_SET.scheme("three").class_of["repression"] == "negative"
    assert "neutral" not in FRAME_SET.scheme("three").class_of
    assert set(FRAME_SET.scheme("seven").labels) < set(LABELS)


def test_a_layout_file_may_correct_and_not_place(open_set, tmp_path):
    for i, clip in enumerate(("anger/anna_1", "joyful/ben_1", "fear/ben_2")):
        write_clip(tmp_path / "posed" / clip.replace("joyful", "positive"), i % 2, i)
    layout = tmp_path / "layout.yaml"
    layout.write_text("folder:\n  corrections:\n    - {clip: ben/ben_1, label: happiness}\n")
    clips = open_set("folder", tmp_path / "posed", layout=layout)
    assert clips.labels == ("happiness", "fear", "anger")
    for wrong in ("frames: '{clip}/{frame}.jpg'", "corrections: [{clip: ben/ben_1, apex: 3}]"):
        layout.write_text(f"folder:\n  {wrong}\n")
        with pytest.raises(ConfigError, match="write only corrections, with label or omit"):
            open_set("folder", tmp_path / "posed", layout=layout)
