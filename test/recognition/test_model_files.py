"""Files of models by name, path and hash, and nothing outside their folder."""

from __future__ import annotations

import pytest

from mer_ros.errors import CheckpointError, ConfigError
from mer_ros.recognition.model_files import check_output, find, model_id


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "toy.safetensors"
    path.write_bytes(b"weights")
    return path


def test_by_name_path_and_hash(good):
    folder, own_id = good.parent, model_id(good)
    digest = own_id.partition("@")[2]
    for wanted in ("toy", "toy.safetensors", own_id, digest, digest.upper(), f"elsewhere@{digest}"):
        assert find(folder, wanted) == good.resolve(), wanted


def test_under_a_subfolder(good):
    inner = good.parent / "mine"
    inner.mkdir()
    moved = good.rename(inner / good.name)
    assert find(good.parent, "mine/toy") == moved.resolve()
    assert find(good.parent, model_id(moved)) == moved.resolve()


@pytest.mark.parametrize("wanted", ["other", "", "0" * 12, "toy@" + "f" * 12, "a\0b", "x" * 5000])
def test_an_unknown_model_is_refused_with_the_known_ones(good, wanted):
    with pytest.raises(CheckpointError, match="is not in .*, which contains toy"):
        find(good.parent, wanted)


def test_a_path_that_is_no_file_is_named_with_the_present_folder(good, tmp_path, monkeypatch):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    present = f" relative to the present folder, {here}"
    for wanted in ("models/toy.safetensors", "none.safetensors", "models/toy", "../none", "/no/such"):
        with pytest.raises(CheckpointError) as raised:
            find(good.parent, wanted)
        relative = "" if wanted == "/no/such" else present
        assert str(raised.value) == (
            f"There is no file {wanted!r}{relative}: the name alone of a model in {good.parent} is enough, "
            "one of toy."
        )
    (here / "none.safetensors").touch()
    with pytest.raises(CheckpointError, match="'none.safetensors' is outside .*: copy it into this folder"):
        find(good.parent, "none.safetensors")


def test_fault_70_nothing_outside_the_folder(good):
    inside = good.parent / "models"
    inside.mkdir()
    (inside / "link.safetensors").symlink_to(good)
    for wanted in ("../toy", "../toy.safetensors", str(good), "link", "a/../../toy"):
        with pytest.raises(CheckpointError, match="outside"):
            find(inside, wanted)
    with pytest.raises(CheckpointError, match="contains no model"):
        find(inside, model_id(good))


def test_a_changed_file_has_a_new_id(good):
    before = model_id(good)
    good.write_bytes(b"other weights")
    assert model_id(good) != before


def test_an_output_that_can_be_written_is_accepted_and_its_folder_created(tmp_path):
    check_output(tmp_path / "mine" / "new.safetensors")
    assert list((tmp_path / "mine").iterdir()) == []


def test_an_output_that_cannot_be_written_is_refused(tmp_path):
    for name in ("new.pth", "new"):
        with pytest.raises(ConfigError, match="ends in .safetensors"):
            check_output(tmp_path / name)
    (tmp_path / "folder.safetensors").mkdir()
    with pytest.raises(ConfigError, match="ends in .safetensors"):
        check_output(tmp_path / "folder.safetensors")
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="is not writable .*--out"):
        check_output(tmp_path / "file" / "new.safetensors")
