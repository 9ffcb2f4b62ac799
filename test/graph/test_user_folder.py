"""The folder of a user below the temporary folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from mer_ros.errors import ConfigError
from mer_ros.graph import user_folder


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The temporary folder."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_created_folder_is_readable_by_this_user_only() -> None:
    user_folder.create(user_folder.path() / "names")
    assert user_folder.is_private(user_folder.path())
    assert user_folder.path().stat().st_mode & 0o777 == 0o700
    user_folder.create(user_folder.path() / "names")


def test_a_folder_that_others_can_write_and_a_link_are_refused(temporary: Path) -> None:
    user_folder.path().mkdir()
    user_folder.path().chmod(0o777)
    with pytest.raises(ConfigError, match="open to others: remove it, or set TMPDIR"):
        user_folder.create(user_folder.path() / "names")
    user_folder.path().rmdir()
    (temporary / "elsewhere").mkdir(mode=0o700)
    user_folder.path().symlink_to(temporary / "elsewhere")
    assert not user_folder.is_private(user_folder.path())


def test_a_file_in_its_place_is_one_sentence() -> None:
    user_folder.path().write_text("")
    with pytest.raises(ConfigError, match="is not writable"):
        user_folder.create(user_folder.path() / "names")
