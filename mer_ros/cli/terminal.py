"""Lines that fit the width of a terminal."""

from __future__ import annotations

import shutil
import textwrap
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


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


def print_line(console: Console, line: str) -> None:
    """Prints a `fitted` line as it is: paths stay whole, and brackets in names are no markup."""
    console.print(fitted(line, console.file), soft_wrap=True, highlight=False, markup=False)
