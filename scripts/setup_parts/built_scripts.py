"""Corrects scripts in install/ for a checkout whose path contains blanks.

The local_setup scripts of colcon call Python without quoting its path, and the first line that setuptools
writes into executables names an interpreter that the kernel cannot find: it ends the name at a blank.
"""

from __future__ import annotations

from pathlib import Path

_UNQUOTED = '"$($_colcon_python_executable '
_QUOTED = '"$("$_colcon_python_executable" '
_MAX_SHEBANG = 127
"""Longest first line that every Linux kernel reads, bytes."""


def mend_setup_script(text: str) -> str:
    """The text of a local_setup script with the path of Python in quotes."""
    return text.replace(_UNQUOTED, _QUOTED)


def mend_executable(text: str, python: Path) -> str:
    """The text of a Python script that starts with ``python`` even if its path has blanks or is too long.

    The first lines are shell code that starts Python, and to Python a string without effect, as pip writes
    them.
    """
    first, newline, rest = text.partition("\n")
    if not first.startswith("#!") or not newline:
        return text
    if " " not in str(python) and len(f"#!{python}".encode()) <= _MAX_SHEBANG:
        return text
    return f"#!/bin/sh\n'''exec' \"{python}\" \"$0\" \"$@\"\n' '''\n{rest}"


def mend_tree(install: Path, python: Path) -> None:
    """Correct the scripts of the packages below ``install``. Scripts that are correct stay unchanged."""
    for path in sorted(install.glob("local_setup.*")):
        _rewrite(path, mend_setup_script(path.read_text(encoding="utf-8")))
    for path in sorted(install.glob("*/lib/*/*")):
        if not path.is_file() or path.read_bytes()[:2] != b"#!":
            continue
        text = path.read_text(encoding="utf-8")
        if not text.startswith("#!/bin/sh"):
            _rewrite(path, mend_executable(text, python))


def _rewrite(path: Path, text: str) -> None:
    if path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
