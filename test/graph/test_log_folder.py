"""ROS has a folder for its logs whatever HOME and ROS_LOG_DIR name."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from mer_ros.errors import ConfigError
from mer_ros.graph import log_folder


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder for temporary files of this test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def closed(tmp_path: Path) -> str:
    """A path below a file, which nobody can create, not even root."""
    (tmp_path / "file").touch()
    return str(tmp_path / "file" / "below")


def test_a_home_that_can_be_written_is_used_as_ros_does(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path)}
    assert log_folder.ensure(env) == "" and env == {"HOME": str(tmp_path)}
    assert (tmp_path / ".ros" / "log").is_dir()


@pytest.mark.parametrize("env", [{}, {"HOME": ""}, {"HOME": "", "ROS_HOME": "~/ros"}])
def test_fault_89_without_home_the_logs_go_to_a_temporary_folder(
    env: dict[str, str], temporary: Path
) -> None:
    sentence = log_folder.ensure(env)
    folder = temporary / f"ros-{os.getuid()}"
    assert env["ROS_LOG_DIR"] == str(folder / "log") and folder.stat().st_mode & 0o777 == 0o700
    assert sentence.startswith("HOME is not set") and "set ROS_LOG_DIR" in sentence and "\n" not in sentence
    assert log_folder.ensure(env) == "", "a child process writes there without a second sentence"


@pytest.mark.parametrize("variable", ["HOME", "ROS_HOME", "ROS_LOG_DIR"])
def test_fault_89_a_folder_that_cannot_be_written_is_named(variable: str, closed: str) -> None:
    env = {"HOME": "/", variable: closed}
    sentence = log_folder.ensure(env)
    assert closed in sentence.partition(":")[0] and "(Not a directory)" in sentence
    assert Path(env["ROS_LOG_DIR"]).is_dir()


def test_a_temporary_folder_that_others_can_write_is_not_used(temporary: Path) -> None:
    (temporary / f"ros-{os.getuid()}").mkdir()
    (temporary / f"ros-{os.getuid()}").chmod(0o777)
    env: dict[str, str] = {}
    log_folder.ensure(env)
    assert Path(env["ROS_LOG_DIR"]).parent == temporary and Path(env["ROS_LOG_DIR"]).is_dir()


def test_without_any_folder_the_error_says_what_to_set(closed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", closed)
    with pytest.raises(ConfigError, match="HOME is not set.*set ROS_LOG_DIR to a writable folder"):
        log_folder.ensure({})
