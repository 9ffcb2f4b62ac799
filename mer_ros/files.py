"""Paths of the package's files, and atomic writing of result files."""

from __future__ import annotations

import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mer_ros.errors import ConfigError

_ROOT = Path(__file__).resolve().parent.parent


def share_dir() -> Path:
    """The root of the checkout, or ``share/mer_ros`` of the ROS prefix into which it was installed."""
    if (_ROOT / "package.xml").is_file():
        return _ROOT
    prefixes = [Path(p) for p in os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep) if p]
    prefixes += [*Path(__file__).resolve().parents, Path(sys.prefix)]
    for prefix in prefixes:
        if (prefix / "share" / "mer_ros" / "package.xml").is_file():
            return prefix / "share" / "mer_ros"
    raise ConfigError("The files of mer_ros were not found: source the workspace's install/setup.bash.")


def models_dir() -> Path:
    """Folder of the shipped checkpoints."""
    return share_dir() / "models"


def config_file(name: str) -> Path:
    """Path of a file in the configuration folder."""
    return share_dir() / "config" / name


def message_files() -> list[Path]:
    """The .msg files of mer_interfaces, of the checkout or a ROS prefix; empty if there are none."""
    prefixes = [p for p in os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep) if p]
    for folder in (_ROOT / "mer_interfaces", *(Path(p) / "share" / "mer_interfaces" for p in prefixes)):
        found = sorted((folder / "msg").glob("*.msg"))
        if found:
            return found
    return []


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; the file written there then replaces ``path`` in one step.

    At any time, even after a power failure, ``path`` is either the earlier file or the complete new one. If
    the block raises, the earlier file stays and the temporary one is removed; that of a killed process is
    removed by the next call. A folder may be written too, if ``path`` does not exist or is an empty folder.
    Raises OSError if the file system rejects an operation.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    _remove_abandoned(path)
    try:
        yield unfinished
        if unfinished.is_dir():
            if path.is_dir():
                path.rmdir()
        else:
            unfinished.chmod(0o644)
            with unfinished.open("rb") as file:
                os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        if unfinished.is_dir():
            shutil.rmtree(unfinished, ignore_errors=True)
        else:
            unfinished.unlink(missing_ok=True)


def _remove_abandoned(path: Path) -> None:
    """Remove what killed processes have left beside ``path``."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*"):
        pid = left.name.rpartition(".")[2]
        if pid.isdigit() and not _runs(int(pid)):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # a process of another user, or no process id
        pass
    return True


def not_writable(path: Path, error: Exception, remedy: str = "free space, or choose another folder") -> str:
    """The sentence for a file or folder that could not be written. error: the cause."""
    return f"{path} is not writable ({getattr(error, 'strerror', None) or error}): {remedy}."


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with ``atomic_write``; on failure, ConfigError names path and cause."""
    try:
        with atomic_write(path) as unfinished:
            unfinished.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise ConfigError(not_writable(path, error)) from error


def check_writable(folder: Path, option: str = "") -> None:
    """Create ``folder`` if it is missing, and raise ConfigError unless a file can be written in it.

    Call this before long work that writes there. option: the command-line option that sets the folder.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        remedy = f"choose another with {option}" if option else "choose another"
        raise ConfigError(not_writable(folder, error, remedy)) from error
