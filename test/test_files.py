"""Files are written completely or not at all; folders are checked before long work."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mer_ros import files
from mer_ros.errors import ConfigError
from mer_ros.files import atomic_write, check_writable, write_text


def test_a_file_takes_the_place_of_the_earlier_one(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with atomic_write(path) as unfinished:
        unfinished.write_text("new")
        assert path.read_text() == "old" and unfinished.parent == tmp_path
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("folder", [False, True], ids=["file", "folder"])
def test_fault_33_where_writing_fails_the_earlier_content_stands(folder: bool, tmp_path: Path):
    path = tmp_path / "a"
    if not folder:
        path.write_text("old")

    def fill_the_disk(unfinished: Path) -> None:
        if folder:
            unfinished.mkdir()
            (unfinished / "first").write_text("half")
        else:
            unfinished.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"), atomic_write(path) as unfinished:
        fill_the_disk(unfinished)
    assert [p.name for p in tmp_path.iterdir()] == ([] if folder else ["a"])
    assert folder or path.read_text() == "old"


@pytest.mark.parametrize("exists", [False, True])
def test_a_folder_is_written_whole_where_none_is_or_an_empty_one(exists: bool, tmp_path: Path):
    path = tmp_path / "set"
    if exists:
        path.mkdir()
    with atomic_write(path) as unfinished:
        unfinished.mkdir()
        (unfinished / "one").write_text("1")
    assert [p.name for p in path.iterdir()] == ["one"] and list(tmp_path.iterdir()) == [path]


def test_a_folder_with_content_is_not_replaced(tmp_path: Path):
    path = tmp_path / "set"
    path.mkdir()
    (path / "mine").write_text("kept")
    with pytest.raises(OSError), atomic_write(path) as unfinished:
        unfinished.mkdir()
    assert (path / "mine").read_text() == "kept" and list(tmp_path.iterdir()) == [path]


def test_a_text_is_utf_8_with_its_own_line_ends(tmp_path: Path):
    write_text(tmp_path / "a.csv", "ä\r\nb\n")
    assert (tmp_path / "a.csv").read_bytes() == b"\xc3\xa4\r\nb\n"


def test_a_text_that_cannot_be_written_is_one_sentence(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"nowhere/a\.txt is not writable \(No such file"):
        write_text(tmp_path / "nowhere" / "a.txt", "x")


def test_what_a_killed_process_has_left_is_removed_and_the_file_of_a_running_one_stays(tmp_path: Path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    names = (f".a.txt.{dead.pid}", f".a.txt.{os.getppid()}", f".b.txt.{dead.pid}", ".a.txt.notes")
    for name in names:
        (tmp_path / name).write_text("half")
    (tmp_path / f".a.txt.{dead.pid}.d").mkdir()
    write_text(tmp_path / "a.txt", "whole")
    assert {path.name for path in tmp_path.iterdir()} == {"a.txt", f".a.txt.{dead.pid}.d", *names[1:]}


def test_a_missing_folder_is_created_and_left_empty(tmp_path: Path):
    check_writable(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_fault_74_a_folder_that_cannot_be_written_is_refused_with_the_option_to_use(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"file/under is not writable \(.+\): choose another with --out"):
        check_writable(tmp_path / "file" / "under", "--out")


def test_the_files_of_the_package_lie_in_the_checkout():
    assert (files.share_dir() / "package.xml").is_file()
    assert files.config_file("mer.yaml").is_file()
    assert list(files.models_dir().glob("*.safetensors"))


def test_an_installed_package_finds_its_share_by_the_prefix(monkeypatch, tmp_path: Path):
    share = tmp_path / "share" / "mer_ros"
    share.mkdir(parents=True)
    (share / "package.xml").write_text("<package/>")
    monkeypatch.setattr(files, "_ROOT", tmp_path / "elsewhere")
    monkeypatch.setenv("AMENT_PREFIX_PATH", f"/nowhere:{tmp_path}")
    assert files.share_dir() == share
    assert files.models_dir() == share / "models"


def test_definitions_of_messages_lie_in_the_checkout_or_in_a_prefix(tmp_path, monkeypatch):
    names = [path.name for path in files.message_files()]
    assert {"Emotion.msg", "ExpressionEvent.msg", "Explanation.msg", "FaceArray.msg", "Face.msg"} <= {*names}
    monkeypatch.setattr(files, "_ROOT", tmp_path)
    monkeypatch.setenv("AMENT_PREFIX_PATH", f"/nowhere:{tmp_path}")
    assert files.message_files() == []
    folder = tmp_path / "share" / "mer_interfaces" / "msg"
    folder.mkdir(parents=True)
    (folder / "Face.msg").write_text("string id")
    assert files.message_files() == [folder / "Face.msg"]
