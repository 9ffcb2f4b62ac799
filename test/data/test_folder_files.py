from __future__ import annotations

import pytest

from mer_ros.data.faults import Faults
from mer_ros.data.folder_files import ImageFiles, files_in, subfolders
from mer_ros.data.notes import Notes


def images(root, *names):
    """The images of a folder with these files, its faults and its notes."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    faults, notes = Faults(root), Notes()
    return ImageFiles(root, faults, notes), faults, notes


def test_added_files_are_skipped_with_one_note(tmp_path):
    _, _, notes = images(tmp_path, "a.png", "._a.png", "__MACOSX/b/c.png")
    assert len(notes.sentences) == 1 and notes.sentences[0].startswith("2 files were skipped")
    assert [path.name for path in files_in(tmp_path, Notes(), (".png",))] == ["a.png"]


def test_an_exact_name_is_found_without_a_note_beside_similar_ones(tmp_path):
    found, _, notes = images(tmp_path, "s1_a .png", "S1_a .png", "s1_a.png")
    assert found.find(["s1_a"], "s1_a .png") == [tmp_path / "s1_a .png"] and not notes.sentences


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("s1_a.png", "no blank before '.png'"),
        ("S1_A .png", "in case, in blanks"),
        ("s1 _ a.png", "in case, in blanks"),
        ("s1_a .PNG", "ends with '.PNG'"),
        ("s01_a .png", "in leading zeros or punctuation"),
        ("s1-a.png", "in leading zeros or punctuation"),
    ],
)
def test_a_similar_name_is_found_with_a_note(tmp_path, name, note):
    found, faults, notes = images(tmp_path, name, "s2_a .png")
    assert found.find(["s1_a"], "s1_a .png") == [tmp_path / name]
    assert len(notes.sentences) == 1 and note in notes.sentences[0] and not faults.found


def test_two_similar_names_are_both_given_and_digits_are_not_joined(tmp_path):
    found, _, notes = images(tmp_path, "S1_a.png", "s1_A.png", "s12_a.png")
    assert len(found.find(["s1_a"], "s1_a .png")) == 2
    assert found.find(["s1 2_a"], "s1 2_a .png") == [] and not notes.sentences


def test_a_name_without_leading_zeros_is_not_found_where_two_have_them(tmp_path):
    found, _, notes = images(tmp_path, "006_1.png", "06_1.png", "66_1.png")
    assert len(found.find(["6_1"], "6_1 .png")) == 2 and not notes.sentences
    assert found.find(["06_1"], "06_1 .png") == [tmp_path / "06_1.png"]


def test_the_same_name_twice_is_a_fault(tmp_path):
    _, faults, _ = images(tmp_path, "x/a.png", "y/a.PNG")
    assert faults.found == ["'y/a.PNG': an image with the same name is in 'x'"]


def test_folders_that_may_not_be_read_are_empty(tmp_path, monkeypatch):
    (tmp_path / "b").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "file").touch()
    assert subfolders(tmp_path) == [tmp_path / "a", tmp_path / "b"]

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "iterdir", refuse)
    assert subfolders(tmp_path) == []
