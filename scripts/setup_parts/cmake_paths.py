"""Mend the include paths in the ROS wheels' exported CMake targets.

The wheels were built under /opt/python/cp3XX-cp3XX, and their CMake exports still name that folder: CMake
then refuses every target that links to one of them. The paths of the Python at hand are put in their place.
"""

from __future__ import annotations

import re
from pathlib import Path

_PREFIX = r"/opt/(?:python|_internal)/[^/;\"\s]+"
_NUMPY = re.compile(_PREFIX + r"/lib/python3\.\d+/site-packages/numpy/(?:_core|core)/include")
_PYTHON = re.compile(_PREFIX + r"/include/python3\.\d+")
_REST = re.compile(_PREFIX + r"(?=[/;\"\s])")


def mend_text(text: str, prefix: Path, python_include: Path, numpy_include: Path) -> str:
    """Replace the build machine's paths in one CMake file; a text without them comes back as it is."""
    text = _NUMPY.sub(lambda _: numpy_include.as_posix(), text)
    text = _PYTHON.sub(lambda _: python_include.as_posix(), text)
    return _REST.sub(lambda _: prefix.as_posix(), text)


def mend_tree(prefix: Path, python_include: Path, numpy_include: Path) -> int:
    """Mend every exported CMake file below prefix/share and return how many were changed."""
    changed = 0
    for path in sorted(prefix.glob("share/*/cmake/*.cmake")):
        text = path.read_text(encoding="utf-8")
        mended = mend_text(text, prefix, python_include, numpy_include)
        if mended != text:
            path.write_text(mended, encoding="utf-8")
            changed += 1
    return changed
