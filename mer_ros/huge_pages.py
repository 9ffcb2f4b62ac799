"""Huge pages for images and tensors.

An image of 900 KiB lies in 225 pages of 4 KiB. A page that the processor does not know costs a walk
through the page table, in a virtual machine through two: a crop of 128 px from an image that is in no cache
takes 0.6 to 2 ms there, 0.23 ms in pages of 2 MiB (docs/realtime.md). Ubuntu gives such pages only to
programs that ask. malloc of glibc 2.35 asks if the environment says so when the program starts; of the blocks
that it maps one by one, only those of 2 MiB profit, so that images need ``runtime.tune_for_images`` too.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

VARIABLE = "GLIBC_TUNABLES"

_TUNABLE = "glibc.malloc.hugetlb"
_SETTING = Path("/sys/kernel/mm/transparent_hugepage/enabled")


def variables(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment that makes malloc of a new process ask for huge pages.

    Empty if ``environ`` already sets the tunable, to whatever value, and where Linux gives such pages to all
    programs or to none. Other tunables of ``environ`` are kept. Other C libraries ignore the variable.
    """
    own = environ.get(VARIABLE, "")
    if _TUNABLE in own or not _given_on_request():
        return {}
    return {VARIABLE: f"{own}:{_TUNABLE}=1" if own else f"{_TUNABLE}=1"}


def start_again() -> None:
    """Replace this process by the same command with huge pages; return if it has them, or cannot have them.

    Call this before anything was opened or imported that another start would repeat.
    """
    added = variables(os.environ)
    if added and sys.executable:
        with suppress(OSError):  # such as an environment that is too long: slower, not wrong
            os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **added})


def _given_on_request() -> bool:
    """Whether Linux gives huge pages to programs that ask for them."""
    try:
        return "[madvise]" in _SETTING.read_text()
    except OSError:
        return False
