"""Corrects the CMake files of the ROS wheels.

The wheels were built in /opt/python/cp3XX-cp3XX, and their CMake exports contain that path, so that CMake
rejects every target that links to them. This module replaces the path by those of the Python in use. It also
adds the encoding where a CMake file reads a list of paths: without it, CMake splits them at each letter
outside ASCII.
"""

from __future__ import annotations

import re
from pathlib import Path

_PREFIX = r"/opt/(?:python|_internal)/[^/;\"\s]+"
_NUMPY = re.compile(_PREFIX + r"/lib/python3\.\d+/site-packages/numpy/(?:_core|core)/include")
_PYTHON = re.compile(_PREFIX + r"/include/python3\.\d+")
_READ_LINES = re.compile(r"(file\(STRINGS (?!.*ENCODING)[^\n()]+)\)")
_REST = re.compile(_PREFIX + r"(?=[/;\"\s])")


def mend_text(text: str, prefix: Path, python_include: Path, numpy_include: Path) -> str:
    """The text of a CMake file with the build machine's paths replaced and encodings added."""
    text = _READ_LINES.sub(r"\1 ENCODING UTF-8)", text)
    text = _NUMPY.sub(lambda _: numpy_include.as_posix(), text)
    text = _PYTHON.sub(lambda _: python_include.as_posix(), text)
    return _REST.sub(lambda _: prefix.as_posix(), text)


def mend_tree(prefix: Path, python_include: Path, numpy_include: Path) -> int:
    """Correct all exported CMake files below prefix/share and return the number of changed files."""
    changed = 0
    for path in sorted(prefix.glob("share/*/cmake/*.cmake")):
        text = path.read_text(encoding="utf-8")
        mended = mend_text(text, prefix, python_include, numpy_include)
        if mended != text:
            path.write_text(mended, encoding="utf-8")
            changed += 1
    return changed
