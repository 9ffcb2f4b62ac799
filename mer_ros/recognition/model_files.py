"""Model files by name; nothing here reads their content, so torch is not imported.

``name@hash12`` names weights for good: the file's name without its ending and the first 12 hexadecimal digits
of its SHA-256.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from mer_ros import files
from mer_ros.errors import CheckpointError, ConfigError

SUFFIX = ".safetensors"
HASH_DIGITS = 12


def check_output(out: Path) -> None:
    """Refuse, before a training, a checkpoint path that could not be written after it: ConfigError.

    A missing folder is created.
    """
    if out.suffix != SUFFIX or out.is_dir():
        raise ConfigError(f"The output {out} is not a file name that ends in {SUFFIX}: give one that does.")
    files.check_writable(out.parent, "--out")


def folder_of(models_dir: str) -> Path:
    """``models_dir``, or the shipped models' folder if it is empty; CheckpointError if it is no folder."""
    path = Path(models_dir or files.models_dir())
    if not path.is_dir():
        raise CheckpointError(f"models_dir {path} is not a folder: name the one with your checkpoints.")
    return path


def model_id(path: Path) -> str:
    """The id of a file's weights, "name@hash12"."""
    stat = path.stat()
    return f"{path.stem}@{_digest(str(path.resolve()), stat.st_mtime_ns, stat.st_size)[:HASH_DIGITS]}"


def find(models_dir: Path, wanted: str) -> Path:
    """The checkpoint under ``models_dir`` that ``wanted`` names; CheckpointError lists what is there instead.

    wanted: a name ("prototype"), a path under the folder, a hash of 12 digits or more, or "name@hash".
    No file outside the folder is opened.
    """
    folder = models_dir.resolve()
    held = sorted(path for path in folder.rglob(f"*{SUFFIX}") if path.is_file() and _inside(folder, path))
    digest = wanted.rpartition("@")[2].lower()
    if re.fullmatch(rf"[0-9a-f]{{{HASH_DIGITS},64}}", digest):
        for path in held:
            stat = path.stat()
            if _digest(str(path), stat.st_mtime_ns, stat.st_size).startswith(digest):
                return path
    elif 0 < len(wanted) < 256 and "\0" not in wanted:
        for name in (wanted, wanted + SUFFIX):
            path = folder / name
            if not _inside(folder, path):
                remedy = "copy it in there, or name its folder as models_dir"
                raise CheckpointError(f"The model {wanted!r} lies outside {models_dir}: {remedy}.")
            if path.is_file():
                return path
    names = ", ".join(str(path.relative_to(folder)).removesuffix(SUFFIX) for path in held) or "no model"
    raise CheckpointError(
        f"The model {wanted!r} is not in {models_dir}, which holds {names}: name one of those."
    )


def _inside(folder: Path, path: Path) -> bool:
    return path.resolve().is_relative_to(folder)


@lru_cache(maxsize=64)
def _digest(path: str, mtime_ns: int, size: int) -> str:
    """SHA-256 of a file; time and size make a changed file a new key."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
