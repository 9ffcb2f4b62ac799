from __future__ import annotations

from mer_ros.data.annotations.folder_tree import tree_annotations
from mer_ros.data.faults import Faults
from mer_ros.data.notes import Notes


def read(root, shapes):
    faults, notes = Faults(root), Notes()
    return tree_annotations(root, shapes, faults, notes), faults.found


def touch(path):
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")


def test_every_folder_of_pictures_is_a_clip(tmp_path):
    for name in (
        "x/HS/s2/micro/Negative/s2_ne_01",
        "x/HS/s10/Micro/surprise/s10_su_01",
        "x/HS/s1/non_micro/a/b",
    ):
        touch(tmp_path / name / "1.bmp")
    (tmp_path / "x/HS/s2/micro/negative/empty").mkdir(parents=True)
    found, faults = read(tmp_path, ["{subject}/micro/{label}/{clip}"])
    assert faults == []
    assert [(a.subject, a.label, a.clip, a.row) for a in found] == [
        ("s2", "negative", "s2_ne_01", 0),
        ("s10", "surprise", "s10_su_01", 0),
    ]
    assert found[0].extra == {"label": "Negative"} and found[0].file == "x/HS/s2/micro/Negative/s2_ne_01"


def test_the_shape_with_most_clips_is_taken_and_names_what_it_lacks(tmp_path):
    for name in ("S01/anger", "S02/anger", "S02/fear"):
        touch(tmp_path / name / "1.jpg")
    found, _ = read(tmp_path, ["{subject}/{label}/{clip}", "{subject}/{label}"])
    assert [(a.subject, a.clip) for a in found] == [("S01", "anger"), ("S02", "anger"), ("S02", "fear")]
    touch(tmp_path / "of_label" / "macro" / "anger" / "S03-01-001" / "1.jpg")
    found, _ = read(tmp_path / "of_label", ["macro/{label}/{clip}"])
    assert [(a.subject, a.label) for a in found] == [("S03", "anger")]


def test_no_clip_is_a_fault(tmp_path):
    assert read(tmp_path, ["{subject}/{label}"]) == (
        [],
        ["there are no folders of frames like '{subject}/{label}': give the folder of the data set"],
    )
