"""Stamps of finished steps: a digest of the inputs of a step, stored with its result."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path


def digest_files(root: Path, paths: list[Path]) -> str:
    """Digest of the names and contents of files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.relative_to(root).as_posix()}\0{path.stat().st_mode & 0o111}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def digest_names(root: Path, paths: list[Path]) -> str:
    """Digest of names only, for files that are linked into the installation and therefore up to date."""
    names = "\0".join(sorted(path.relative_to(root).as_posix() for path in paths))
    return hashlib.sha256(names.encode()).hexdigest()


def read(path: Path) -> dict[str, str]:
    """Read a stamp; empty if it is missing or damaged, so that the step is repeated."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write(path: Path, stamp: dict[str, str]) -> None:
    """Write a stamp. Call this after the step has succeeded."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(stamp, indent=1, sort_keys=True) + "\n", encoding="utf-8")
