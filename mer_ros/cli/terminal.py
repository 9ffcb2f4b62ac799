"""Fits lines to the width of a terminal."""

from __future__ import annotations

import shutil
import textwrap
from typing import IO


def fitted(line: str, stream: IO[str], indent: int = 0) -> str:
    """A line broken between words at the width of a terminal; unchanged for a file or a pipe.

    stream: where the line is written. indent: number of spaces before all but the first row.
    """
    if not stream.isatty():
        return line
    width = shutil.get_terminal_size().columns
    return textwrap.fill(
        line, width, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False
    )
