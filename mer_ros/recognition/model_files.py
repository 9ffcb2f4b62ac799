"""Model files by name; this module does not parse them, so it does not import torch.

``name@hash12`` identifies weights permanently: the file name without its suffix and the first 12 hexadecimal
digits of its SHA-256.
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

ACTION_UNITS = "action_units.safetensors"
"""The reader of action units in the folder of the shipped models, which is no recognition system."""


def check_output(out: Path) -> None:
    """Raise ConfigError before a training if its checkpoint could not be written to this path.

    A missing folder is created.
    """
    if out.suffix != SUFFIX or out.is_dir():
        raise ConfigError(
            f"The output must be a file that ends in {SUFFIX}, found {out}: choose another name."
        )
    files.check_writable(out.parent, "--out")


def folder_of(models_dir: str) -> Path:
    """``models_dir``, or the folder of the shipped models if it is empty; CheckpointError if not a folder.

    It may begin with ~.
    """
    path = Path(models_dir or files.models_dir()).expanduser()
    if not path.is_dir():
        raise CheckpointError(f"models_dir {path} is not a folder: set it to the one with your checkpoints.")
    return path


def model_id(path: Path) -> str:
    """The id of a file's weights, "name@hash12"."""
    stat = path.stat()
    return f"{path.stem}@{_digest(str(path.resolve()), stat.st_mtime_ns, stat.st_size)[:HASH_DIGITS]}"


def find(models_dir: Path, wanted: str) -> Path:
    """Path of the checkpoint ``wanted`` under ``models_dir``.

    wanted: a name ("prototype"), a path under the folder, a hash of 12 digits or more, or "name@hash". Files
    outside the folder are not opened. Raises CheckpointError with the list of models if there is none.
    """
    folder = models_dir.resolve()
    held = sorted(
        path
        for path in folder.rglob(f"*{SUFFIX}")
        if path.is_file() and path.name != ACTION_UNITS and _inside(folder, path)
    )
    digest = wanted.rpartition("@")[2].lower()
    digest_given = re.fullmatch(rf"[0-9a-f]{{{HASH_DIGITS},64}}", digest)
    if digest_given:
        for path in held:
            stat = path.stat()
            if _digest(str(path), stat.st_mtime_ns, stat.st_size).startswith(digest):
                return path
    names = ", ".join(str(path.relative_to(folder)).removesuffix(SUFFIX) for path in held) or "no model"
    if 0 < len(wanted) < 256 and "\0" not in wanted and not digest_given:
        candidates = [folder / wanted, folder / (wanted + SUFFIX)]
        for path in candidates:
            if _inside(folder, path) and path.is_file():
                return path
        is_path = "/" in wanted or wanted.endswith(SUFFIX)
        if is_path:
            candidates.append(Path(wanted).expanduser())
        if any(path.resolve().is_file() for path in candidates):
            remedy = "copy it into this folder, or set models_dir to its folder"
            raise CheckpointError(f"The model {wanted!r} is outside {models_dir}: {remedy}.")
        if is_path:
            relative = "" if Path(wanted).is_absolute() else f" relative to the present folder, {Path.cwd()}"
            raise CheckpointError(
                f"There is no file {wanted!r}{relative}: the name alone of a model in {models_dir} is "
                f"enough, one of {names}."
            )
    raise CheckpointError(
        f"The model {wanted!r} is not in {models_dir}, which contains {names}: choose one of these."
    )


def _inside(folder: Path, path: Path) -> bool:
    return path.resolve().is_relative_to(folder)


@lru_cache(maxsize=64)
def _digest(path: str, mtime_ns: int, size: int) -> str:
    """SHA-256 of a file; time and size are part of the cache key, so a changed file is read again."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
