"""A folder of this user below the temporary folder, in which nobody else can write."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from mer_ros import files
from mer_ros.errors import ConfigError


def path() -> Path:
    """Where the folder is, whether it exists or not."""
    return Path(tempfile.gettempdir(), f"mer_ros-{os.getuid()}")


def is_private(folder: Path) -> bool:
    """Whether only this user can write in a folder, so that nobody else chooses what it contains."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o022


def create(folder: Path) -> None:
    """Create a folder directly inside a private one; ConfigError names the cause if that fails."""
    user = folder.parent
    try:
        user.mkdir(mode=0o700, exist_ok=True)
        if not is_private(user):
            raise ConfigError(
                f"{user} belongs to another user or is open to others: remove it, or set TMPDIR to another "
                "folder."
            )
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise ConfigError(files.not_writable(folder, error)) from error
