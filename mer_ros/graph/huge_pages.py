"""Transparent huge pages (THP) for images and tensors.

An image of 900 KiB lies in 225 pages of 4 KiB. Each TLB miss costs a page-table walk, in a virtual machine a
nested one: a crop of 128 px from an image that is in no cache takes 0.6 to 2 ms there, 0.23 ms in pages of
2 MiB (docs/realtime.md). Where the setting of Linux is ``madvise``, as on Ubuntu, only programs that ask get
such pages. malloc of glibc 2.35 and later asks with madvise(MADV_HUGEPAGE) if GLIBC_TUNABLES says so when the
program starts. Of the blocks that it maps one by one, only those of 2 MiB profit, so that images need
``runtime.tune_for_images`` too.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

VARIABLE = "GLIBC_TUNABLES"

_TUNABLE = "glibc.malloc.hugetlb"
_THP_ENABLED = Path("/sys/kernel/mm/transparent_hugepage/enabled")
_FIRST_GLIBC = (2, 35)
_STARTED = "MER_STARTED_AGAIN"  # with the id of the process, which only its second start has
_HELD = (signal.SIGINT, signal.SIGTERM)


def variables(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment with which malloc of a new process asks for huge pages.

    Empty if ``environ`` sets the tunable already, to whatever value, if the C library does not know it, and
    where Linux gives huge pages to all programs or to none. Other tunables of ``environ`` are kept.
    """
    own = environ.get(VARIABLE, "")
    if _TUNABLE in own or not _is_madvise() or not _knows_tunable():
        return {}
    return {VARIABLE: f"{own}:{_TUNABLE}=1" if own else f"{_TUNABLE}=1"}


def reexec() -> None:
    """Replace this process by the same command with huge pages, once; return if it has or cannot have them.

    Call this before anything was opened or imported that another start would repeat. The second start
    receives SIGINT and SIGTERM after ``release_signals``, since Python cannot handle them while it starts.
    """
    added = variables(os.environ)
    if not added or not sys.executable or _is_second_start():
        return
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _HELD)
    started = {_STARTED: str(os.getpid())}
    with suppress(OSError):  # such as an environment that is too long: slower, not wrong
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **added, **started})
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def release_signals() -> None:
    """Receive the signals that ``reexec`` held back. Call this when they are handled."""
    if _is_second_start():
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HELD)


def _is_second_start() -> bool:
    """Whether this process was replaced by ``reexec``; also where the environment was not handed on whole."""
    return os.environ.get(_STARTED) == str(os.getpid())


def _is_madvise() -> bool:
    """Whether Linux gives huge pages to programs that ask for them."""
    try:
        return "[madvise]" in _THP_ENABLED.read_text()
    except OSError:
        return False


def _knows_tunable() -> bool:
    """Whether the C library is a glibc that knows the tunable."""
    try:
        version = os.confstr("CS_GNU_LIBC_VERSION") or ""  # "glibc 2.39"
        return tuple(map(int, version.split()[-1].split("."))) >= _FIRST_GLIBC
    except (ValueError, OSError, IndexError):  # another C library
        return False
