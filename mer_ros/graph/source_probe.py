"""Reads the first image of a source before any node starts: whether it can be read, and how large it is.

``ros2 launch`` runs under the system's Python, which may lack the packages that read videos. Then the Python
of the installed nodes runs this module.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from mer_ros.errors import ConfigError, MerError, PackageError
from mer_ros.sources.catalogue import SOURCES
from mer_ros.sources.source import SourceOptions

_LIMIT_S = 60.0
_UNKNOWN: dict[str, object] = {"size": None}


def image_size(kind: str, name: str, options: SourceOptions) -> tuple[int, int] | None:
    """(width, height) of the images of a source, pixels; None if it is not known before a node opens it.

    kind, name: of ``source_spec.parse``. ConfigError if it cannot be read. A recording is read once.
    """
    found = json.loads(_probed(kind, name, options))
    if "error" in found:
        raise ConfigError(found["error"])
    return tuple(found["size"]) if found["size"] else None


@lru_cache(maxsize=16)
def _probed(kind: str, name: str, options: SourceOptions) -> str:
    """The result of ``probe``, or that of the Python of the nodes if this one lacks packages."""
    try:
        return probe(kind, name, options)
    except (PackageError, ImportError):
        python = nodes_python(os.environ)
        return probe_in(python, kind, name, options) if python else json.dumps(_UNKNOWN)


def probe(kind: str, name: str, options: SourceOptions) -> str:
    """{"size": [width, height] or null} or {"error": a sentence}, as JSON."""
    try:
        return json.dumps({"size": SOURCES.get(kind).image_size(name, options)})
    except PackageError:
        raise
    except MerError as error:
        return json.dumps({"error": str(error)})


def nodes_python(environ: Mapping[str, str]) -> str:
    """Path of the Python of the installed nodes, from the first line of their programs; empty if unknown."""
    for prefix in filter(None, environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep)):
        program = Path(prefix, "lib", "mer_ros", "face_tracker")
        if program.is_file():
            first = program.read_text(encoding="utf-8", errors="replace").partition("\n")[0]
            return first.removeprefix("#!").strip() if first.startswith("#!/") else ""
    return ""


def probe_in(python: str, kind: str, name: str, options: SourceOptions) -> str:
    """The result of ``probe`` in another Python; an unknown size if that fails, too."""
    width, height = options.size_wh
    arguments = (kind, name, str(options.fps), str(width), str(height))
    try:
        done = subprocess.run(
            [python, "-m", "mer_ros.graph.source_probe", *arguments],
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return json.dumps(_UNKNOWN)
    return done.stdout


def main() -> None:
    """Print the result of ``probe`` for the arguments kind, name, fps, width and height."""
    kind, name, fps, width, height = sys.argv[1:]
    sys.stdout.write(probe(kind, name, SourceOptions(float(fps), (int(width), int(height)))))


if __name__ == "__main__":
    main()
